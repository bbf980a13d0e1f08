/** Log events: writing them, and what follows from it. */
import type { Key } from "../../base/ordered-key.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Position } from "./event-id.ts";
import { noteEventMetrics } from "./event-metrics.ts";
import { events, streams } from "./keys.ts";
import { EVENT_OVERHEAD_BYTES } from "./limits.ts";
import { groupTopic, type LogGroup, type LogStream } from "./log-group.ts";
import { deliverToSubscribers, type SubscribedEvent } from "./subscription-delivery.ts";

export interface NewEvent {
  readonly timestampMs: number;
  readonly message: string;
  /** `X-Amzn-Trace-Id` of what wrote it. */
  readonly trace?: string | undefined;
}

export interface StoredEvent extends Position {
  readonly message: string;
  readonly ingestedMs: number;
}

export interface LogPlace {
  readonly group: LogGroup;
  readonly stream: LogStream;
  /** Where subscription filters deliver to. */
  readonly sinks: Sinks;
  /** The function that wrote the events, by the ARN of its version. */
  readonly writer?: string | undefined;
}

/** Adds events, in any order, behind those of the same time, and delivers them to subscribers. */
export function appendEvents(
  tx: WriteTx,
  { group, stream, sinks, writer }: LogPlace,
  added: readonly NewEvent[],
): void {
  const stored: SubscribedEvent[] = [];
  let firstEventMs = stream.times?.firstEventMs ?? Number.POSITIVE_INFINITY;
  let lastEventMs = stream.times?.lastEventMs ?? 0;
  let storedBytes = stream.storedBytes;
  for (const { timestampMs, message, trace } of added) {
    const sequence = tx.orderedId();
    events.put(tx, [stream.id, timestampMs, sequence], [tx.nowMs, message]);
    stored.push({ timestampMs, sequence, message, trace });
    firstEventMs = Math.min(firstEventMs, timestampMs);
    lastEventMs = Math.max(lastEventMs, timestampMs);
    storedBytes += sizeBytes(message);
  }
  const times = { firstEventMs, lastEventMs, lastIngestionMs: tx.nowMs };
  streams.put(tx, [group.id, stream.name], { ...stream, storedBytes, times });
  noteEventMetrics(tx, group, added);
  deliverToSubscribers(tx, { group, streamName: stream.name, sinks, writer }, stored);
  tx.signal(groupTopic(group));
}

/** As AWS counts an event. */
export function sizeBytes(message: string): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}

export function storedEvent(
  id: Key,
  [ingestedMs, message]: readonly [number, string],
): StoredEvent {
  const [, timestampMs, sequence] = id as readonly [string, number, string];
  return { timestampMs, sequence, message, ingestedMs };
}
