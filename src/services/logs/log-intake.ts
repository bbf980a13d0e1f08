/**
 * What functions write, on its way into the store.
 *
 * Lines are gathered while a transaction is under way and go together into the next, so that a busy
 * engine writes few and large ones. Groups and streams are made when their first line comes.
 *
 * Invariants:
 * L1  Lines of a stream keep their order.
 * L2  The lines held are bounded. Whoever writes faster than the store takes it loses the newest
 *     lines, and the stream gets a line that says how many.
 */
import type { LogLine, LogReceiver } from "../../functions/function-host.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { Log } from "../../platform/log.ts";
import type { Store, WriteTx } from "../../store/store.ts";
import { appendEvents, type NewEvent } from "./log-event.ts";
import { addGroup, addStream, findGroup, findStream, type GroupName } from "./log-group.ts";

/** Of all lines held, in characters. */
const HELD_LENGTH_MAX = 16 * 1024 * 1024;
/** Of one transaction, in characters and lines. */
const SLICE_LENGTH_MAX = 2 * 1024 * 1024;
const SLICE_LINES_MAX = 5_000;
/** Longer lines become several events. */
const LINE_LENGTH_MAX = 256 * 1024;

export interface LogIntake {
  readonly receive: LogReceiver;
  /** Resolves once everything received so far is stored. */
  flush(): Promise<void>;
}

interface Waiting {
  /** The function, by the ARN of its version. */
  readonly writer: string;
  readonly group: GroupName;
  readonly streamName: string;
  readonly lines: NewEvent[];
  dropped: number;
}

export function createLogIntake(ports: {
  readonly store: Store;
  readonly log: Log;
  readonly sinks: Sinks;
}): LogIntake {
  const intake = new Intake(ports);
  return {
    receive: ({ spec, logStream }, lines) => {
      const { arn: writer, region, accountId, logGroup } = spec;
      const group = { region, accountId, name: logGroup };
      intake.add({ writer, group, streamName: logStream }, lines);
    },
    flush: () => intake.flush(),
  };
}

class Intake {
  readonly #store: Store;
  readonly #log: Log;
  readonly #sinks: Sinks;
  /** By group and stream, in the order in which they first had something. */
  #waiting = new Map<string, Waiting>();
  #heldLength = 0;
  #writing: Promise<void> | undefined;

  constructor({ store, log, sinks }: Parameters<typeof createLogIntake>[0]) {
    this.#store = store;
    this.#log = log;
    this.#sinks = sinks;
  }

  add(place: Pick<Waiting, "writer" | "group" | "streamName">, lines: readonly LogLine[]): void {
    const { group, streamName } = place;
    const label = `${group.region}/${group.accountId}/${group.name}\0${streamName}`;
    const waiting = this.#waiting.get(label) ?? { ...place, lines: [], dropped: 0 };
    this.#waiting.set(label, waiting);
    for (const line of lines) {
      const { message } = line;
      if (waiting.dropped > 0 || this.#heldLength + message.length > HELD_LENGTH_MAX) {
        waiting.dropped += 1;
      } else {
        this.#heldLength += message.length;
        waiting.lines.push(...pieces(line));
      }
    }
    this.#writing ??= this.#write();
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) {
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    // Lines of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const slice = this.#takeSlice();
      try {
        await this.#store.write((tx) => storeSlice(tx, this.#sinks, slice));
      } catch (error) {
        this.#log.write("error", "Log lines of functions are lost: the store refused them.", {
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
    this.#writing = undefined;
  }

  #takeSlice(): readonly Waiting[] {
    const slice: Waiting[] = [];
    let [length, count] = [0, 0];
    for (const [label, waiting] of this.#waiting) {
      if (length >= SLICE_LENGTH_MAX || count >= SLICE_LINES_MAX) {
        break;
      }
      this.#waiting.delete(label);
      slice.push(waiting);
      count += waiting.lines.length;
      for (const { message } of waiting.lines) {
        length += message.length;
      }
    }
    this.#heldLength -= length;
    return slice;
  }
}

function storeSlice(tx: WriteTx, sinks: Sinks, slice: readonly Waiting[]): void {
  for (const { writer, group: name, streamName, lines, dropped } of slice) {
    const group = findGroup(tx, name) ?? addGroup(tx, name);
    const stream = findStream(tx, group, streamName) ?? addStream(tx, group, streamName);
    const note = dropped === 0 ? [] : [{ timestampMs: tx.nowMs, message: droppedNote(dropped) }];
    appendEvents(tx, { group, stream, sinks, writer }, [...lines, ...note]);
  }
}

function droppedNote(count: number): string {
  return `Millrace dropped ${count} log lines here: they came faster than they could be stored.`;
}

function pieces({ timestampMs, message, trace }: LogLine): readonly NewEvent[] {
  if (message.length <= LINE_LENGTH_MAX) {
    return [{ timestampMs, message, trace }];
  }
  const parts: NewEvent[] = [];
  for (let from = 0; from < message.length; from += LINE_LENGTH_MAX) {
    parts.push({ timestampMs, message: message.slice(from, from + LINE_LENGTH_MAX), trace });
  }
  return parts;
}
