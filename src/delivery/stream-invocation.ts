/**
 * Invokes a function with a batch of a stream, and reads what it makes of it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { PolledMapping } from "../outbox/event-source.ts";
import type { StreamWindow } from "../outbox/stream-position.ts";
import type { Random } from "../platform/random.ts";
import { failedItems } from "./batch-response.ts";
import type { BatchOutcome, StreamBatch } from "./stream-batch.ts";
import type { DiscardedBatch } from "./stream-failure-record.ts";
import { EVENT_BYTES_MAX } from "./stream-reader.ts";

export interface BatchInvocation {
  readonly caller: Caller;
  readonly mapping: PolledMapping;
  readonly shardId: string;
  readonly batch: StreamBatch;
  /** Of a mapping with tumbling windows. */
  readonly window: StreamWindow | undefined;
  /** The window ends with it, for its time is over or its state too large. */
  readonly isFinal: boolean;
}

export interface Invoked {
  readonly outcome: BatchOutcome;
  /** JSON: what the next invocation of the window gets. */
  readonly state: string | undefined;
  readonly requestId: string;
  readonly functionError: string | undefined;
  /** Of the function: `3`, `$LATEST`. */
  readonly executedVersion?: string | undefined;
}

/** Who gets the batches when it is not the function of a mapping: a pipe. */
export interface StreamConsumer {
  /** Names the reader in the log. */
  readonly label: string;
  consume(invocation: BatchInvocation): Promise<Invoked>;
  /** What the on-failure destination is told. */
  failureRecord(nowMs: number, discarded: DiscardedBatch): object;
}

const DONE: BatchOutcome = { kind: "done" };
const FAILED: BatchOutcome = { kind: "failed", failedFrom: 0 };

/** Throws when the function is not reached: throttled, gone, or the engine cannot run it. */
export async function invokeWithBatch(
  ports: {
    readonly dispatcher: Dispatcher;
    readonly random: Random;
    readonly consumer?: StreamConsumer;
  },
  invocation: BatchInvocation,
): Promise<Invoked> {
  if (ports.consumer !== undefined) {
    return ports.consumer.consume(invocation);
  }
  const { caller, mapping, window } = invocation;
  const requestId = ports.random.uuid();
  const result = await ports.dispatcher.call({ ...caller, requestId }, "lambda", "Invoke", {
    FunctionName: mapping.functionArn,
    Payload: utf8Encode(payloadOf(invocation)),
  });
  const { FunctionError: functionError, ExecutedVersion: executedVersion } = result;
  const about = { requestId, functionError, executedVersion };
  if (result.FunctionError !== undefined) {
    return { ...about, outcome: FAILED, state: undefined };
  }
  const response = result.Payload ?? new Uint8Array(0);
  const state = window === undefined ? undefined : stateIn(response);
  const outcome = state === "unusable" ? FAILED : outcomeOf(invocation, response);
  return { ...about, outcome, state: state === "unusable" ? undefined : state };
}

function payloadOf({ batch, window, mapping, shardId, isFinal }: BatchInvocation): string {
  const records = `"Records":[${batch.records.map(({ json }) => json).join(",")}]`;
  if (window === undefined) {
    return `{${records}}`;
  }
  const { isOverfull = false } = window;
  const around = {
    window: { start: isoSeconds(window.startMs), end: isoSeconds(window.endMs) },
    state: JSON.parse(window.state) as unknown,
    shardId,
    eventSourceARN: mapping.sourceArn,
    isFinalInvokeForWindow: isFinal && !isOverfull,
    isWindowTerminatedEarly: isOverfull,
  };
  return `{${records},${JSON.stringify(around).slice(1)}`;
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function outcomeOf({ mapping, batch }: BatchInvocation, response: Uint8Array): BatchOutcome {
  if (!mapping.reportsItemFailures) {
    return DONE;
  }
  const ids = batch.records.map(({ sequenceNumber }) => sequenceNumber);
  const failed = failedItems(response, new Set(ids));
  if (failed === "all") {
    return FAILED;
  }
  const failedFrom = ids.findIndex((id) => failed.has(id));
  return failedFrom === -1 ? DONE : { kind: "failed", failedFrom };
}

/**
 * The state a response carries. A response without one is a failed invocation, and so is one with a
 * state that no invocation could get.
 */
function stateIn(response: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(utf8Decode(response));
    const { state } = (value ?? {}) as { readonly state?: unknown };
    const text = JSON.stringify(state ?? undefined);
    return text === undefined || Buffer.byteLength(text) > EVENT_BYTES_MAX ? "unusable" : text;
  } catch {
    return "unusable";
  }
}
