import { type LogFilter, parseLogFilter } from "../../../languages/log-filter/log-filter.ts";
import type { ReadTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { invalidParameter, invalidToken } from "../errors.ts";
import { eventId, type Position, positionOf } from "../event-id.ts";
import { streams } from "../keys.ts";
import { EVENTS_PER_PAGE_MAX, EVENTS_SEARCHED_MAX, PAGE_BYTES_MAX } from "../limits.ts";
import { sizeBytes } from "../log-event.ts";
import {
  existingGroup,
  existingStream,
  groupNameOf,
  type LogGroup,
  type LogStream,
  retainedFromMs,
} from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { type FoundEvent, type SearchRange, searchStreams } from "../search.ts";

type Request = Input<"logs", "FilterLogEvents">;

/**
 * The token is the id of the last event that was looked at, found or not.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const filterLogEvents: LogsOperation<"FilterLogEvents"> = async (ctx, input) => {
  if (input.startFromHead === false) {
    throw notSupported("FilterLogEvents", "startFromHead false");
  }
  const name = groupNameOf(ctx, input);
  const filter = filterOf(input.filterPattern);
  const after = input.nextToken === undefined ? undefined : positionOfToken(input.nextToken);
  const page = await ctx.store.read((tx) => {
    const group = existingGroup(tx, name);
    const searched = searchStreams(tx, wantedStreams(tx, group, input), {
      fromMs: Math.max(input.startTime ?? 0, retainedFromMs(group, tx.nowMs)),
      throughMs: input.endTime ?? Number.MAX_SAFE_INTEGER - 1,
      after,
    });
    return takePage(searched, filter, input.limit ?? EVENTS_PER_PAGE_MAX);
  });
  return {
    events: page.found.map(shownEvent),
    searchedLogStreams: [],
    ...(page.last !== undefined && { nextToken: eventId(page.last) }),
  };
};

function filterOf(pattern: string | undefined): LogFilter | undefined {
  if (pattern === undefined || pattern.trim() === "") {
    return undefined;
  }
  const { matches, reason } = parseLogFilter(pattern);
  if (matches === undefined) {
    throw invalidParameter(reason);
  }
  return matches;
}

function positionOfToken(token: string): SearchRange["after"] {
  const position = positionOf(token);
  if (position === undefined) {
    throw invalidToken();
  }
  return position;
}

function wantedStreams(tx: ReadTx, group: LogGroup, input: Request): readonly LogStream[] {
  const { logStreamNames, logStreamNamePrefix } = input;
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw invalidParameter(
      "Log stream names and log stream name prefix are mutually exclusive parameters.",
    );
  }
  if (logStreamNames !== undefined) {
    return logStreamNames.map((name) => existingStream(tx, group, name));
  }
  const found: LogStream[] = [];
  const from = [group.id, logStreamNamePrefix ?? ""];
  for (const { record } of streams.list(tx, { prefix: [group.id], from })) {
    if (!record.name.startsWith(logStreamNamePrefix ?? "")) {
      break;
    }
    found.push(record);
  }
  return found;
}

interface Page {
  readonly found: readonly FoundEvent[];
  /** Where the next page begins; absent when there is nothing more. */
  readonly last: Position | undefined;
}

function takePage(
  searched: Iterable<FoundEvent>,
  filter: LogFilter | undefined,
  limit: number,
): Page {
  const found: FoundEvent[] = [];
  let last: Position | undefined;
  let [searchedCount, pageBytes] = [0, 0];
  for (const event of searched) {
    if (found.length >= limit || searchedCount >= EVENTS_SEARCHED_MAX) {
      return { found, last };
    }
    if (filter === undefined || filter(event.message)) {
      pageBytes += sizeBytes(event.message);
      if (pageBytes > PAGE_BYTES_MAX && found.length > 0) {
        return { found, last };
      }
      found.push(event);
    }
    last = event;
    searchedCount += 1;
  }
  return { found, last: undefined };
}

function shownEvent(
  event: FoundEvent,
): NonNullable<Output<"logs", "FilterLogEvents">["events"]>[number] {
  return {
    logStreamName: event.streamName,
    timestamp: event.timestampMs,
    message: event.message,
    ingestionTime: event.ingestedMs,
    eventId: eventId(event),
  };
}
