/**
 * Tumbling windows: records that arrived in one span of time share a state, and the last invocation
 * of a window tells the function so.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 */
import type { StreamRules } from "../outbox/event-source.ts";
import type { StreamPosition } from "../outbox/stream-position.ts";
import type { BatchOutcome, NextStep, StreamBatch } from "./stream-batch.ts";
import { windowOf } from "./stream-reader.ts";
import type { SourceRecord } from "./stream-source.ts";

/** The open window, or the one that a batch opens. */
export function openWindow(
  position: StreamPosition,
  batch: StreamBatch,
  windowMs: number,
): StreamPosition {
  const [first] = batch.records;
  if (windowMs === 0 || position.window !== undefined || first === undefined) {
    return position;
  }
  const startMs = windowOf(first, windowMs);
  return { ...position, window: { startMs, endMs: startMs + windowMs, state: "{}" } };
}

/** An empty batch when the open window is over: nothing more of it is to come. */
export function windowToClose(
  { window, after }: StreamPosition,
  next: SourceRecord | undefined,
  now: { readonly windowMs: number; readonly nowMs: number; readonly isAtEnd: boolean },
): StreamBatch | undefined {
  if (window === undefined) {
    return undefined;
  }
  const isOver =
    now.windowMs === 0 ||
    (next === undefined
      ? now.isAtEnd || now.nowMs >= window.endMs
      : windowOf(next, now.windowMs) !== window.startMs);
  return isOver ? { records: [], through: after ?? "0" } : undefined;
}

/** A window that is closed is forgotten; one whose last invocation fails is tried as a batch is. */
export function afterWindowInvocation(
  position: StreamPosition,
  outcome: BatchOutcome,
  rules: StreamRules,
): NextStep {
  const { window: _, ...rest } = position;
  const closed: StreamPosition = { ...rest, attempts: 0 };
  if (outcome.kind === "done") {
    return { position: closed, discarded: [], failures: 0 };
  }
  const attempts = position.attempts + 1;
  const isLast = rules.retryAttemptsMax !== undefined && attempts > rules.retryAttemptsMax;
  return isLast
    ? { position: closed, discarded: [], failures: 0 }
    : { position: { ...position, attempts }, discarded: [], failures: attempts };
}
