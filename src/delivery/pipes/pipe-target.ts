/**
 * The targets of pipes, by the public operations of their services.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
 */
import { parseArn } from "../../base/arn.ts";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { PolledPipe } from "../../outbox/polled-pipe.ts";
import type { Clock } from "../../platform/clock.ts";
import { exchangeByHttp, isHttpStage, type PipeHttpPorts } from "./pipe-http.ts";
import type { PipeLog } from "./pipe-log.ts";
import { putLogEvents } from "./pipe-log-stream.ts";
import { type PipeMessage, parameter, StageFailure } from "./pipe-message.ts";

export interface Hop extends PipeHttpPorts {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly pipe: PolledPipe;
  readonly messages: readonly PipeMessage[];
  readonly trace: string | undefined;
  readonly abort: AbortSignal;
  readonly log: PipeLog;
}

/** Which messages a target that was reached did not take, by position or by their records' ids. */
export interface Reply {
  readonly failedIndexes: ReadonlySet<number>;
  readonly failedIds: ReadonlySet<string>;
  readonly error?: unknown;
}

/** What was sent and what came back, for the log. */
interface Exchange {
  readonly request: unknown;
  readonly response: unknown;
  readonly reply: Reply;
}

type Send = (hop: Hop, caller: Caller) => Promise<Exchange>;

const TARGETS: Readonly<Record<string, Send>> = {
  events: putEvents,
  kinesis: putRecords,
  lambda: invoke,
  logs: writeLogs,
  sns: publish,
  sqs: sendMessages,
  states: execute,
};

const TAKEN: Reply = { failedIndexes: new Set(), failedIds: new Set() };

export async function sendToTarget(hop: Hop): Promise<Reply> {
  const { pipe, log } = hop;
  const send = isHttpStage(pipe.target)
    ? request
    : TARGETS[parseArn(pipe.target.arn)?.service ?? ""];
  if (send === undefined) {
    throw new StageFailure("has a target that is not supported", pipe.target.arn, {
      isOfFunction: false,
    });
  }
  const caller = { accountId: pipe.accountId, region: pipe.region, trace: hop.trace };
  try {
    const { request, response, reply } = await send(hop, caller);
    const isWhole = reply.failedIndexes.size === 0 && reply.failedIds.size === 0;
    const step = isWhole ? "TARGET_INVOCATION_SUCCEEDED" : "TARGET_INVOCATION_PARTIALLY_FAILED";
    log.note(step, { request, response, error: reply.error });
    return reply;
  } catch (error) {
    log.note("TARGET_INVOCATION_FAILED", {
      request: hop.messages.map(({ value }) => value),
      error,
    });
    throw StageFailure.from(error, "cannot reach its target");
  }
}

/** Any answer that is a 2xx is taken for success, whatever it says. */
async function request(hop: Hop): Promise<Exchange> {
  const exchange = await exchangeByHttp(hop, { ...hop, stage: hop.pipe.target });
  return { ...exchange, reply: TAKEN };
}

async function invoke({ dispatcher, pipe, messages }: Hop, caller: Caller): Promise<Exchange> {
  const isEvent =
    pipe.targetParameters.LambdaFunctionParameters?.InvocationType === "FIRE_AND_FORGET";
  const request = JSON.stringify(messages.map(({ value }) => value));
  const { FunctionError, Payload } = await dispatcher.call(caller, "lambda", "Invoke", {
    FunctionName: pipe.target.arn,
    InvocationType: isEvent ? "Event" : "RequestResponse",
    Payload: utf8Encode(request),
  });
  const response = utf8Decode(Payload ?? new Uint8Array(0));
  if (FunctionError !== undefined) {
    throw new StageFailure("has a target that fails", response, { isOfFunction: true });
  }
  return { request, response, reply: isEvent ? TAKEN : namedFailures(response) };
}

async function execute({ dispatcher, pipe, messages }: Hop, caller: Caller): Promise<Exchange> {
  const isEvent =
    pipe.targetParameters.StepFunctionStateMachineParameters?.InvocationType === "FIRE_AND_FORGET";
  const input = JSON.stringify(messages.map(({ value }) => value));
  const request = { stateMachineArn: pipe.target.arn, input };
  if (isEvent) {
    const response = await dispatcher.call(caller, "states", "StartExecution", request);
    return { request, response, reply: TAKEN };
  }
  const response = await dispatcher.call(caller, "states", "StartSyncExecution", request);
  if (response.status !== "SUCCEEDED") {
    const message = `${response.error ?? response.status}: ${response.cause ?? ""}`;
    throw new StageFailure("has a target that fails", message, { isOfFunction: true });
  }
  return { request, response, reply: namedFailures(response.output ?? "") };
}

/**
 * `{"batchItemFailures": [{"itemIdentifier": "id"}]}`; an identifier that is none stands for the
 * whole batch, and any other answer for success.
 */
function namedFailures(response: string): Reply {
  let value: unknown;
  try {
    value = JSON.parse(response);
  } catch {
    return TAKEN;
  }
  const failures = (value as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (!Array.isArray(failures)) {
    return TAKEN;
  }
  const ids = failures.map((failure: { readonly itemIdentifier?: unknown } | null) =>
    String(failure?.itemIdentifier ?? ""),
  );
  return { ...TAKEN, failedIds: new Set(ids), error: new Error("The target names failures.") };
}

async function sendMessages(hop: Hop, caller: Caller): Promise<Exchange> {
  const { dispatcher, pipe, messages } = hop;
  const { MessageGroupId, MessageDeduplicationId } = pipe.targetParameters.SqsQueueParameters ?? {};
  const arn = parseArn(pipe.target.arn);
  const { QueueUrl = "" } = await dispatcher.call(caller, "sqs", "GetQueueUrl", {
    QueueName: arn?.resource ?? "",
    QueueOwnerAWSAccountId: arn?.accountId,
  });
  const request = {
    QueueUrl,
    Entries: messages.map((message, index) => ({
      Id: String(index),
      MessageBody: message.text,
      MessageGroupId: parameter(MessageGroupId, message),
      MessageDeduplicationId: parameter(MessageDeduplicationId, message),
      ...(hop.trace !== undefined && {
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: "String", StringValue: hop.trace },
        },
      }),
    })),
  };
  const response = await dispatcher.call(caller, "sqs", "SendMessageBatch", request);
  return { request, response, reply: failedEntries(response.Failed) };
}

async function publish({ dispatcher, pipe, messages }: Hop, caller: Caller): Promise<Exchange> {
  const request = {
    TopicArn: pipe.target.arn,
    PublishBatchRequestEntries: messages.map(({ text }, index) => ({
      Id: String(index),
      Message: text,
    })),
  };
  const response = await dispatcher.call(caller, "sns", "PublishBatch", request);
  return { request, response, reply: failedEntries(response.Failed) };
}

function failedEntries(
  failed: readonly {
    readonly Id?: string | undefined;
    readonly Message?: string | undefined;
  }[] = [],
): Reply {
  const [first] = failed;
  return first === undefined
    ? TAKEN
    : {
        failedIndexes: new Set(failed.map(({ Id }) => Number(Id))),
        failedIds: new Set(),
        error: new Error(first.Message),
      };
}

async function putEvents(hop: Hop, caller: Caller): Promise<Exchange> {
  const { dispatcher, pipe, messages } = hop;
  const given = pipe.targetParameters.EventBridgeEventBusParameters ?? {};
  const kind = parseArn(pipe.sourceArn)?.service ?? "";
  const request = {
    Entries: messages.map((message) => ({
      EventBusName: pipe.target.arn,
      Detail: message.text,
      DetailType: parameter(given.DetailType, message) ?? `Event from aws:${kind}`,
      Source: parameter(given.Source, message) ?? `Pipe ${pipe.name}`,
      Resources: (given.Resources ?? []).map((resource) => parameter(resource, message) ?? ""),
      Time: timeOf(given.Time, message),
      TraceHeader: hop.trace,
    })),
  };
  const response = await dispatcher.call(caller, "events", "PutEvents", request);
  return { request, response, reply: failedResults(response.Entries) };
}

async function putRecords({ dispatcher, pipe, messages }: Hop, caller: Caller): Promise<Exchange> {
  const { PartitionKey } = pipe.targetParameters.KinesisStreamParameters ?? {};
  const request = {
    StreamARN: pipe.target.arn,
    Records: messages.map((message) => ({
      Data: utf8Encode(message.text),
      PartitionKey: parameter(PartitionKey, message) ?? "",
    })),
  };
  const response = await dispatcher.call(caller, "kinesis", "PutRecords", request);
  return { request, response, reply: failedResults(response.Records) };
}

/** Results in the order of what was sent. */
function failedResults(
  results: readonly {
    readonly ErrorCode?: string | undefined;
    readonly ErrorMessage?: string | undefined;
  }[] = [],
): Reply {
  const failed = results.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : index));
  const message = results.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorMessage;
  return failed.length === 0
    ? TAKEN
    : { failedIndexes: new Set(failed), failedIds: new Set(), error: new Error(message) };
}

async function writeLogs(hop: Hop, caller: Caller): Promise<Exchange> {
  const { clock, pipe, messages } = hop;
  const { LogStreamName, Timestamp } = pipe.targetParameters.CloudWatchLogsParameters ?? {};
  const [, name = ""] = pipe.target.arn.match(/:log-group:([^:]+)/) ?? [];
  const events = messages
    .map((message) => ({
      timestamp: timeOf(Timestamp, message)?.getTime() ?? clock.nowMs(),
      message: message.text,
    }))
    .sort((a, b) => a.timestamp - b.timestamp);
  const [first] = messages;
  const stream = (first && parameter(LogStreamName, first)) ?? pipe.name;
  const request = { logGroupName: name, logStreamName: stream, logEvents: events };
  await putLogEvents(hop.dispatcher, caller, request);
  return { request, response: {}, reply: TAKEN };
}

/** ISO 8601, or seconds or milliseconds since the Unix epoch. */
function timeOf(path: string | undefined, message: PipeMessage): Date | undefined {
  const text = parameter(path, message);
  if (text === undefined) {
    return undefined;
  }
  const number = Number(text);
  const date = Number.isNaN(number)
    ? new Date(text)
    : new Date(number < SECONDS_MAX ? number * 1_000 : number);
  if (Number.isNaN(date.getTime())) {
    throw new StageFailure("has a time that is none", text, { isOfFunction: true });
  }
  return date;
}

/** Seconds up to the year 5138; what is more are milliseconds. */
const SECONDS_MAX = 100_000_000_000;
