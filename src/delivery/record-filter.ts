/**
 * Filter criteria of an event source mapping: which records are for the function.
 *
 * The body of a message takes part as the JSON object it is, or as the text it is otherwise. A
 * pattern that looks into the body does not match a body that is text.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
import { type EventPattern, parseEventPattern } from "../languages/event-pattern/event-pattern.ts";
import { matchesEvent } from "../languages/event-pattern/matcher.ts";
import type { SqsRecord } from "./sqs-event.ts";

export type RecordFilter = (record: SqsRecord) => boolean;

/** `undefined` when every record is for the function. */
export function recordFilter(patterns: readonly string[]): RecordFilter | undefined {
  const parsed = patterns.map((text) => parseEventPattern(text).pattern);
  const known = parsed.filter((pattern) => pattern !== undefined);
  if (known.length === 0) {
    return undefined;
  }
  const insideBody = known.filter(looksIntoBody);
  const aroundBody = known.filter((pattern) => !insideBody.includes(pattern));
  return (record) => {
    const body = objectOf(record.body);
    const event = { ...record, body: body ?? record.body };
    const candidates = body === undefined ? aroundBody : known;
    return candidates.some((pattern) => matchesEvent(pattern, event));
  };
}

function looksIntoBody(pattern: EventPattern): boolean {
  return pattern.branches.some((branch) => branch.some(({ path }) => path.startsWith("body.")));
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
