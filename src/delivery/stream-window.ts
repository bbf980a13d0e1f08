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

/** AWS ends a window early whose state is larger. */
const STATE_BYTES_MAX: number = 1024 * 1024;

/** Hands the state that the function returned on to what the window's next invocation gets. */
export function withState(next: NextStep, state: string | undefined): NextStep {
  const { window } = next.position;
  if (window === undefined || state === undefined) {
    return next;
  }
  const isOverfull = Buffer.byteLength(state) > STATE_BYTES_MAX;
  const { startMs, endMs } = window;
  const told = { startMs, endMs, state, ...(isOverfull && { isOverfull }) };
  return { ...next, position: { ...next.position, window: told } };
}

/** An empty batch when the open window is over, or ends early for its state. */
export function windowToClose(
  { window, after }: StreamPosition,
  next: SourceRecord | undefined,
  now: { readonly windowMs: number; readonly nowMs: number; readonly isAtEnd: boolean },
): StreamBatch | undefined {
  if (window === undefined) {
    return undefined;
  }
  const isOver =
    window.isOverfull === true ||
    now.windowMs === 0 ||
    (next === undefined
      ? now.isAtEnd || now.nowMs >= window.endMs
      : windowOf(next, now.windowMs) !== window.startMs);
  return isOver ? { records: [], through: after ?? "0" } : undefined;
}

/**
 * A window that is closed is forgotten, one that ended early goes on with an empty state; one whose
 * last invocation fails is tried as a batch is.
 */
export function afterWindowInvocation(
  position: StreamPosition,
  outcome: BatchOutcome,
  rules: StreamRules,
): NextStep {
  const { window, ...rest } = position;
  const closed: StreamPosition = window?.isOverfull
    ? {
        ...rest,
        // Those of a batch that failed in part go on counting.
        attempts: position.ends.length > 0 ? position.attempts : 0,
        window: { startMs: window.startMs, endMs: window.endMs, state: "{}" },
      }
    : { ...rest, attempts: 0 };
  if (outcome.kind === "done") {
    return { position: closed, discarded: [], failures: 0 };
  }
  const attempts = position.attempts + 1;
  const isLast = rules.retryAttemptsMax !== undefined && attempts > rules.retryAttemptsMax;
  return isLast
    ? { position: closed, discarded: [], failures: 0 }
    : { position: { ...position, attempts }, discarded: [], failures: attempts };
}
