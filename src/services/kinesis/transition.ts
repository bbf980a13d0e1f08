/**
 * States on the way: a stream or consumer is CREATING, UPDATING or DELETING for as long as the
 * engine was asked to, on its clock; unless asked, the change is done in the transaction that
 * begins it, so that no client waits.
 */
import type { Timer, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { type Consumer, endConsumer } from "./consumer.ts";
import { consumers, policies, streams } from "./keys.ts";
import { clearLater } from "./retention.ts";
import { type Stream, streamArn } from "./stream.ts";

/** A setting of this engine; a restart begins with none. */
export interface TransitionDelay {
  ms: number;
}

const STREAM_TIMER = "kinesis.stream-state";
const CONSUMER_TIMER = "kinesis.consumer-state";

/** Stores a stream that is on its way to ACTIVE, or there. */
export function putStream(
  tx: WriteTx,
  stream: Stream,
  passing: "CREATING" | "UPDATING",
  { ms }: TransitionDelay,
): Stream {
  const key = [stream.region, stream.accountId, stream.name];
  const status = ms === 0 ? "ACTIVE" : passing;
  const stored: Stream = { ...stream, status };
  streams.put(tx, key, stored);
  if (ms > 0) {
    tx.after({ dueMs: tx.nowMs + ms, kind: STREAM_TIMER, key, payload: stream.number });
  }
  return { ...stream, status: passing };
}

export function deleteStreamSoon(tx: WriteTx, stream: Stream, { ms }: TransitionDelay): void {
  const key = [stream.region, stream.accountId, stream.name];
  if (ms === 0) {
    endStream(tx, stream);
    return;
  }
  streams.put(tx, key, { ...stream, status: "DELETING" });
  tx.after({ dueMs: tx.nowMs + ms, kind: STREAM_TIMER, key, payload: stream.number });
}

/** Stores a consumer that is on its way to ACTIVE, or there. */
export function putConsumer(
  tx: WriteTx,
  stream: Stream,
  consumer: Consumer,
  { ms }: TransitionDelay,
): void {
  const key = [stream.number, consumer.name];
  consumers.put(tx, key, { ...consumer, status: ms === 0 ? "ACTIVE" : "CREATING" });
  if (ms > 0) {
    tx.after({ dueMs: tx.nowMs + ms, kind: CONSUMER_TIMER, key, payload: consumer.createdMs });
  }
}

export function deleteConsumerSoon(
  tx: WriteTx,
  stream: Stream,
  consumer: Consumer,
  { ms }: TransitionDelay,
): void {
  const key = [stream.number, consumer.name];
  if (ms === 0) {
    endConsumer(tx, stream.number, consumer);
    return;
  }
  consumers.put(tx, key, { ...consumer, status: "DELETING" });
  tx.after({ dueMs: tx.nowMs + ms, kind: CONSUMER_TIMER, key, payload: consumer.createdMs });
}

function arrive(tx: WriteTx, timer: Timer): void {
  const stream = streams.get(tx, timer.key);
  if (stream === undefined || stream.number !== timer.payload) {
    return;
  }
  if (stream.status === "DELETING") {
    endStream(tx, stream);
  } else {
    streams.put(tx, timer.key, { ...stream, status: "ACTIVE" });
  }
}

function arriveConsumer(tx: WriteTx, timer: Timer): void {
  const consumer = consumers.get(tx, timer.key);
  if (consumer === undefined || consumer.createdMs !== timer.payload) {
    return;
  }
  if (consumer.status === "DELETING") {
    endConsumer(tx, Number(timer.key[0]), consumer);
  } else {
    consumers.put(tx, timer.key, { ...consumer, status: "ACTIVE" });
  }
}

function endStream(tx: WriteTx, stream: Stream): void {
  streams.delete(tx, [stream.region, stream.accountId, stream.name]);
  for (const { record } of [...consumers.list(tx, { prefix: [stream.number] })]) {
    endConsumer(tx, stream.number, record);
  }
  policies.delete(tx, [streamArn(stream)]);
  clearLater(tx, stream);
}

export const transitionTimers: Readonly<Record<string, TimerHandler>> = {
  [STREAM_TIMER]: arrive,
  [CONSUMER_TIMER]: arriveConsumer,
};
