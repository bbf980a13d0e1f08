import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidToken } from "../errors.ts";
import { eventId, type Position, positionOf, startOf } from "../event-id.ts";
import { events } from "../keys.ts";
import { EVENTS_PER_PAGE_MAX, PAGE_BYTES_MAX } from "../limits.ts";
import { type StoredEvent, sizeBytes, storedEvent } from "../log-event.ts";
import {
  existingGroup,
  existingStream,
  groupNameOf,
  type LogStream,
  retainedFromMs,
} from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

type Request = Input<"logs", "GetLogEvents">;

/**
 * A page of one stream, oldest first whichever way one reads. The tokens name the page's ends: a
 * reader at the end of the stream gets back the token it came with.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export const getLogEvents: LogsOperation<"GetLogEvents"> = async (ctx, input) => {
  const name = groupNameOf(ctx, input);
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
  const isForward = token?.isForward ?? input.startFromHead === true;
  const page = await ctx.store.read((tx) => {
    const group = existingGroup(tx, name);
    const stream = existingStream(tx, group, input.logStreamName);
    const fromMs = Math.max(input.startTime ?? 0, retainedFromMs(group, tx.nowMs));
    return readPage(tx, stream, { ...input, fromMs, position: token?.position, isForward });
  });
  const found = isForward ? page : page.toReversed();
  const nowhere = token?.position ?? startOf(input.startTime ?? 0);
  return {
    events: found.map(({ timestampMs, message, ingestedMs }) => ({
      timestamp: timestampMs,
      message,
      ingestionTime: ingestedMs,
    })),
    nextForwardToken: `f/${eventId(found.at(-1) ?? nowhere)}/s`,
    nextBackwardToken: `b/${eventId(found[0] ?? nowhere)}/s`,
  };
};

const TOKEN = /^([fb])\/(\d{56})\/s$/;

function parseToken(token: string): { readonly isForward: boolean; readonly position: Position } {
  const [, direction, id = ""] = TOKEN.exec(token) ?? [];
  const position = positionOf(id);
  if (position === undefined) {
    throw invalidToken();
  }
  return { isForward: direction === "f", position };
}

interface PageRange {
  readonly fromMs: number;
  readonly endTime?: Request["endTime"];
  readonly limit?: Request["limit"];
  readonly position: Position | undefined;
  readonly isForward: boolean;
}

/** In the direction of reading. */
function readPage(tx: ReadTx, stream: LogStream, range: PageRange): readonly StoredEvent[] {
  const { fromMs, endTime, position, isForward } = range;
  const limit = range.limit ?? EVENTS_PER_PAGE_MAX;
  const prefix = [stream.id];
  const place = position && [stream.id, position.timestampMs, position.sequence];
  const end = endTime === undefined ? undefined : [stream.id, endTime];
  const isPlaceFirst =
    !isForward && position !== undefined && position.timestampMs < (endTime ?? Infinity);
  const bounds = {
    prefix,
    from: [stream.id, fromMs],
    after: isForward ? place : undefined,
    until: isPlaceFirst ? place : end,
    reverse: !isForward,
  };
  const found: StoredEvent[] = [];
  let pageBytes = 0;
  for (const { id, record } of events.list(tx, bounds)) {
    pageBytes += sizeBytes(record[1]);
    if (found.length === limit || (pageBytes > PAGE_BYTES_MAX && found.length > 0)) {
      break;
    }
    found.push(storedEvent(id, record));
  }
  return found;
}
