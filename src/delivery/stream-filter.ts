/**
 * Filter criteria over records of streams.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
import { parseEventPattern } from "../languages/event-pattern/event-pattern.ts";
import { matchesEvent } from "../languages/event-pattern/matcher.ts";

export type EventFilter = (record: object) => boolean;

/** `undefined` when every record is for the function. */
export function eventFilter(patterns: readonly string[]): EventFilter | undefined {
  const parsed = patterns.flatMap((text) => parseEventPattern(text).pattern ?? []);
  return parsed.length === 0
    ? undefined
    : (record) => parsed.some((pattern) => matchesEvent(pattern, record));
}
