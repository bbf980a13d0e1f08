/** Searching a group: its streams merged into one sequence, ordered by time and arrival. */
import type { ReadTx } from "../../store/store.ts";
import type { Position } from "./event-id.ts";
import { events } from "./keys.ts";
import { type StoredEvent, storedEvent } from "./log-event.ts";
import type { LogStream } from "./log-group.ts";

export interface SearchRange {
  /** Inclusive. */
  readonly fromMs: number;
  /** Inclusive. */
  readonly throughMs: number;
  /** Exclusive: where the page before ended. */
  readonly after: Position | undefined;
}

export interface FoundEvent extends StoredEvent {
  readonly streamName: string;
}

interface Cursor {
  readonly rest: Iterator<FoundEvent>;
  head: FoundEvent;
}

/** Lazy: a consumer that stops early reads no further. */
export function* searchStreams(
  tx: ReadTx,
  streams: readonly LogStream[],
  range: SearchRange,
): Iterable<FoundEvent> {
  const fromMs = Math.max(range.fromMs, range.after?.timestampMs ?? 0);
  const cursors: Cursor[] = [];
  for (const stream of streams) {
    const { times } = stream;
    if (times && times.lastEventMs >= fromMs && times.firstEventMs <= range.throughMs) {
      insert(cursors, eventsOf(tx, stream, range)[Symbol.iterator]());
    }
  }
  for (let cursor = cursors.shift(); cursor !== undefined; cursor = cursors.shift()) {
    yield cursor.head;
    insert(cursors, cursor.rest);
  }
}

/** Puts a cursor where its next event belongs; one that has none is done. */
function insert(cursors: Cursor[], rest: Iterator<FoundEvent>): void {
  const next = rest.next();
  if (next.done === true) {
    return;
  }
  const head = next.value;
  let [low, high] = [0, cursors.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = cursors[middle]?.head;
    if (other !== undefined && isBefore(other, head)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  cursors.splice(low, 0, { rest, head });
}

function isBefore(a: Position, b: Position): boolean {
  return a.timestampMs === b.timestampMs ? a.sequence < b.sequence : a.timestampMs < b.timestampMs;
}

function* eventsOf(tx: ReadTx, stream: LogStream, range: SearchRange): Iterable<FoundEvent> {
  const { after } = range;
  const prefix = [stream.id];
  const bounds = {
    prefix,
    from: [stream.id, range.fromMs],
    after: after && [stream.id, after.timestampMs, after.sequence],
    until: [stream.id, range.throughMs + 1],
  };
  for (const { id, record } of events.list(tx, bounds)) {
    yield { ...storedEvent(id, record), streamName: stream.name };
  }
}
