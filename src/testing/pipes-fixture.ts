/**
 * EventBridge Pipes over the test store, with real queues, tables, streams and log groups; functions and the other
 * services are scripted, and what they get is recorded.
 */
import { createPipePollers } from "../delivery/pipes/pipe-pollers.ts";
import type { Worker } from "../delivery/worker.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import type { Sinks } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createApiGatewayV2 } from "../services/apigatewayv2/service.ts";
import { createDynamoDb } from "../services/dynamodb/service.ts";
import { createEvents } from "../services/events/service.ts";
import { createKinesis } from "../services/kinesis/service.ts";
import { createLogs } from "../services/logs/service.ts";
import { createPipes } from "../services/pipes/service.ts";
import type { Service } from "../services/service.ts";
import { createSqs } from "../services/sqs/service.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Input } from "../wire/operations.ts";
import { inProcessDispatcher } from "./lambda-fixture.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { callService, type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface RecordedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly trace: string | undefined;
}

export interface PipesFixture {
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly call: ServiceCaller<"pipes">;
  readonly sqs: ServiceCaller<"sqs">;
  readonly logs: ServiceCaller<"logs">;
  readonly dynamodb: ServiceCaller<"dynamodb">;
  readonly kinesis: ServiceCaller<"kinesis">;
  /** Connections and API destinations; events that are put are recorded instead. */
  readonly events: ServiceCaller<"events">;
  readonly apiGateway: ServiceCaller<"apigatewayv2">;
  readonly http: ScriptedHttp;
  /** Creates a queue and answers its ARN. */
  queue(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  send(queue: string, ...bodies: readonly unknown[]): Promise<void>;
  /** The bodies in a queue, which are taken out of it. */
  bodies(queue: string): Promise<readonly unknown[]>;
  /** Messages that are in a queue, hidden or not. */
  left(queue: string): Promise<number>;
  /** Creates a pipe from the queue `source` that is running when this resolves. */
  pipe(overrides: Partial<Input<"pipes", "CreatePipe">>): Promise<void>;
  /** Calls of scripted services. */
  readonly calls: RecordedCall[];
  /** What a scripted operation answers; it may throw. */
  script(name: string, answer: (input: Readonly<Record<string, unknown>>) => unknown): void;
  /** What a function answers to a payload; what it throws is the function's error. */
  handler(functionName: string, handle: (payload: unknown) => unknown): void;
  restartPollers(): Promise<void>;
  stop(): Promise<void>;
}

export const PIPE_ROLE = "arn:aws:iam::000000000000:role/pipe";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";

export function createPipesFixture(
  options: { readonly unsupported?: readonly string[] } = {},
): PipesFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const core = { store, clock, random, log };
  const sqs = createSqs(core);
  const nobody = inProcessDispatcher({}, clock);
  const logs = createLogs({ ...core, sinks: {}, dispatcher: nobody }).service;
  const { service: dynamodb, streams: dynamodbstreams } = createDynamoDb(core);
  const kinesis = createKinesis(core).service;
  const http = createScriptedHttp();
  const services: Record<string, Service> = { sqs, logs, dynamodb, dynamodbstreams, kinesis };
  const cloud = scriptedDispatcher(services, clock);
  const { calls, scripts, dispatcher } = cloud;
  const events = createEvents({ ...core, sinks: {}, http });
  const apiGateway = createApiGatewayV2({ ...core, dispatcher, http });
  const pipes = createPipes({
    ...core,
    dispatcher,
    catalog: {
      supports: (service, operation) =>
        options.unsupported?.includes(`${service}:${operation}`) !== true,
    },
  });
  const all = [...Object.values(services), pipes.service];
  services["pipes"] = pipes.service;
  const handlers = Object.assign({}, ...all.map((service) => service.timers ?? {}));
  createTimerLoop({ store, clock, log, handlers }).start();
  const sinks: Sinks = sqs.sink === undefined ? {} : { sqs: sqs.sink };
  const { endpoints } = events;
  const { apis } = apiGateway;
  const newWorker = (): Worker =>
    createPipePollers({ ...core, dispatcher, sinks, sources: pipes.sources, endpoints, apis });
  let worker = newWorker();
  worker.start();
  const call = serviceCaller<"pipes">(pipes.service, clock);
  return {
    clock,
    log,
    call,
    calls,
    ...queueHelpers(serviceCaller<"sqs">(sqs, clock), clock),
    http,
    events: serviceCaller<"events">(events, clock),
    apiGateway: serviceCaller<"apigatewayv2">(apiGateway.service, clock),
    logs: serviceCaller<"logs">(logs, clock),
    dynamodb: serviceCaller<"dynamodb">(dynamodb, clock),
    kinesis: serviceCaller<"kinesis">(kinesis, clock),
    async pipe(overrides) {
      await call("CreatePipe", {
        Name: "pipe",
        Source: `arn:aws:sqs:${REGION}:${ACCOUNT}:source`,
        Target: `arn:aws:sqs:${REGION}:${ACCOUNT}:target`,
        RoleArn: PIPE_ROLE,
        ...overrides,
      });
      await clock.advance(0);
    },
    script: (name, answer) => void scripts.set(name, answer),
    handler: (functionName, handle) => scriptHandler(scripts, functionName, handle),
    async restartPollers() {
      await worker.stop();
      worker = newWorker();
      worker.start();
      await clock.advance(0);
    },
    stop: () => worker.stop(),
  };
}

type Script = (input: Readonly<Record<string, unknown>>) => unknown;

function scriptedDispatcher(services: Readonly<Record<string, Service>>, clock: SimulatedClock) {
  const calls: RecordedCall[] = [];
  const scripts = new Map<string, Script>();
  const callByName: Dispatcher["callByName"] = async (caller, service, operation, given) => {
    const input = given as Readonly<Record<string, unknown>>;
    const { accountId, region, trace, abort } = caller;
    const real = services[service];
    const name = `${service}:${operation}`;
    const script = scripts.get(name);
    if (script === undefined && real !== undefined) {
      const context = { accountId, region, trace, nowMs: clock.nowMs(), ...(abort && { abort }) };
      return callService(real, operation, input, context);
    }
    calls.push({ name, input, trace });
    return script?.(input) ?? {};
  };
  const dispatcher: Dispatcher = { callByName, call: callByName as Dispatcher["call"] };
  return { calls, scripts, dispatcher };
}

function scriptHandler(
  scripts: Map<string, Script>,
  functionName: string,
  handle: (payload: unknown) => unknown,
): void {
  const others = scripts.get("lambda:Invoke");
  scripts.set("lambda:Invoke", (input) => {
    if (!String(input["FunctionName"]).endsWith(`:${functionName}`)) {
      return others?.(input);
    }
    const payload = JSON.parse(Buffer.from(input["Payload"] as Uint8Array).toString());
    try {
      return { Payload: Buffer.from(JSON.stringify(handle(payload) ?? null)) };
    } catch (error) {
      return { FunctionError: "Unhandled", Payload: Buffer.from(String(error)) };
    }
  });
}

function queueHelpers(
  sqs: ServiceCaller<"sqs">,
  clock: SimulatedClock,
): Pick<PipesFixture, "sqs" | "queue" | "send" | "bodies" | "left"> {
  const urlOf = (name: string): string => `http://localhost:4566/${ACCOUNT}/${name}`;
  return {
    sqs,
    async queue(name, Attributes) {
      await sqs("CreateQueue", { QueueName: name, Attributes });
      return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
    },
    async send(queue, ...bodies) {
      for (const body of bodies) {
        const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
        await sqs("SendMessage", { QueueUrl: urlOf(queue), MessageBody });
      }
      await clock.advance(0);
    },
    async bodies(queue) {
      const QueueUrl = urlOf(queue);
      const { Messages = [] } = await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
      for (const { ReceiptHandle = "" } of Messages) {
        await sqs("DeleteMessage", { QueueUrl, ReceiptHandle });
      }
      return Messages.map(({ Body = "" }) => (Body.startsWith("{") ? JSON.parse(Body) : Body));
    },
    async left(queue) {
      const { Attributes } = await sqs("GetQueueAttributes", {
        QueueUrl: urlOf(queue),
        AttributeNames: ["All"],
      });
      return (
        Number(Attributes?.["ApproximateNumberOfMessages"]) +
        Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"])
      );
    },
  };
}
