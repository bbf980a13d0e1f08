/**
 * Filter criteria over records of streams. A pattern that looks into the data of a Kinesis record
 * does not match one whose data is no JSON object, whatever it asks for.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
import { type EventPattern, parseEventPattern } from "../languages/event-pattern/event-pattern.ts";
import { matchesEvent } from "../languages/event-pattern/matcher.ts";

export type EventFilter = (record: object) => boolean;

/** `undefined` when every record is for the function. */
export function eventFilter(patterns: readonly string[]): EventFilter | undefined {
  const parsed = patterns.flatMap((text) => parseEventPattern(text).pattern ?? []);
  return parsed.length === 0
    ? undefined
    : (record) => {
        const isText = "data" in record && typeof record.data !== "object";
        const candidates = isText ? parsed.filter((pattern) => !looksIntoData(pattern)) : parsed;
        return candidates.some((pattern) => matchesEvent(pattern, record));
      };
}

function looksIntoData({ branches }: EventPattern): boolean {
  return branches.some((branch) => branch.some(({ path }) => path.startsWith("data.")));
}
