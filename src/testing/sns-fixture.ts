/**
 * SNS, SQS and CloudWatch Logs over one test store, with a function target that keeps what it is
 * given, and HTTP endpoints as the test scripts them.
 */
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import { ACCEPTED, type Envelope, type Sink } from "../outbox/sink.ts";
import { createMemoryLog, type LogRecord } from "../platform/log.ts";
import { createLogs } from "../services/logs/service.ts";
import { createSns, type Sns } from "../services/sns/service.ts";
import { inProcessDispatcher } from "./lambda-fixture.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createSqsFixture, type SqsFixture } from "./sqs-fixture.ts";

export interface SnsFixture {
  readonly sqs: SqsFixture;
  readonly call: ServiceCaller<"sns">;
  readonly sink: Sink;
  readonly sns: Sns;
  readonly http: ScriptedHttp;
  readonly logs: ServiceCaller<"logs">;
  readonly log: { readonly records: readonly LogRecord[] };
  /** What functions were given, in order. */
  readonly invoked: readonly { readonly target: string; readonly envelope: Envelope }[];
  /** Creates a topic and answers its ARN. */
  topic(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** Creates a queue, subscribes it, and answers its URL and the subscription's ARN. */
  subscribedQueue(
    topicArn: string,
    name: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly subscriptionArn: string }>;
}

export function createSnsFixture(): SnsFixture {
  const sqs = createSqsFixture();
  const { store, clock } = sqs;
  const invoked: { target: string; envelope: Envelope }[] = [];
  const log = createMemoryLog();
  const sinks: Record<string, Sink> = {};
  const http = createScriptedHttp();
  const ports = { store, clock, random: sqs.random, log, sinks, http };
  const sns = createSns(ports);
  const { service } = sns;
  const logs = createLogs({ ...ports, dispatcher: inProcessDispatcher({}, clock) }).service;
  if (logs.sink !== undefined) {
    sinks["logs"] = logs.sink;
  }
  createOutboxWorker({ store, clock, log, kinds: sns.jobs }).start();
  Object.assign(sqs.timers, service.timers);
  if (sqs.service.sink !== undefined) {
    sinks["sqs"] = sqs.service.sink;
  }
  sinks["lambda"] = {
    accept(_tx, target, envelope) {
      const [, name] = target.resource.split(":");
      if (name === "missing") {
        return { accepted: false, code: "ResourceNotFoundException", message: "No function" };
      }
      invoked.push({ target: name ?? "", envelope });
      return ACCEPTED;
    },
  };
  const call = serviceCaller<"sns">(service, clock);
  return {
    sqs,
    call,
    sink: service.sink,
    sns,
    http,
    logs: serviceCaller<"logs">(logs, clock),
    log,
    invoked,
    async topic(name, attributes) {
      const { TopicArn } = await call("CreateTopic", { Name: name, Attributes: attributes });
      return TopicArn ?? "";
    },
    async subscribedQueue(topicArn, name, attributes) {
      const url = await sqs.queue(name);
      const { SubscriptionArn } = await call("Subscribe", {
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: `arn:aws:sqs:us-east-1:000000000000:${name}`,
        Attributes: attributes,
      });
      return { url, subscriptionArn: SubscriptionArn ?? "" };
    },
  };
}
