import { parseEventPattern } from "../../../languages/event-pattern/event-pattern.ts";
import { matchesEvent } from "../../../languages/event-pattern/matcher.ts";
import { parseDetail } from "../detail.ts";
import { invalidEventPattern, validationException } from "../errors.ts";
import type { EventsOperation } from "../ports.ts";

/** Fields without which a text is not an event. */
const REQUIRED = ["id", "account", "source", "time", "region", "resources", "detail-type"];

export const testEventPattern: EventsOperation<"TestEventPattern"> = async (_ctx, input) => {
  const { pattern, reason } = parseEventPattern(input.EventPattern);
  if (pattern === undefined) {
    throw invalidEventPattern(reason);
  }
  const event = parseDetail(input.Event);
  if (event === undefined || !REQUIRED.every((name) => Object.hasOwn(event, name))) {
    throw validationException("Parameter Event is not valid.");
  }
  return { Result: matchesEvent(pattern, event) };
};
