/**
 * An execution's history as visits of states: when each was entered and left, and how it stands.
 *
 * Events are a tree by `previousEventId`. A state's exit belongs to the nearest entry of the same
 * name on its way to the root, which tells the iterations of a Map state apart.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */

/** What is read of an event of `GetExecutionHistory`. */
export interface PastEvent {
  readonly id: number;
  readonly previousEventId?: number | undefined;
  readonly type: string;
  readonly timestamp: Date;
  readonly stateEnteredEventDetails?: { readonly name: string } | undefined;
  readonly stateExitedEventDetails?: { readonly name: string } | undefined;
}

/** `caught`: it failed, and a Catch went on. `aborted`: it was ended by the failure of another. */
export type VisitStatus = "succeeded" | "caught" | "failed" | "aborted" | "running";

export interface Visit {
  readonly name: string;
  readonly type: string;
  /** How many states it lies in. */
  readonly depth: number;
  readonly enteredMs: number;
  /** When it was left, or ended with its execution; `undefined` while it runs. */
  readonly leftMs: number | undefined;
  readonly status: VisitStatus;
  /** How often its task was tried; 0 for a state without one. */
  readonly tries: number;
}

interface Entry {
  readonly event: PastEvent;
  readonly name: string;
  readonly depth: number;
  tries: number;
  exit: PastEvent | undefined;
  /** What ended it, with its branch or iteration, before it could be left. */
  cut: PastEvent | undefined;
}

const ENTERED = "StateEntered";
const EXECUTION_OVER = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;
const TRIED = /^(Task|LambdaFunction|Activity)Scheduled$/;
const FAILED = /(Failed|TimedOut|Aborted)$/;

/** In the order they were entered. All events from the first on must be there. */
export function visitsOf(events: readonly PastEvent[]): readonly Visit[] {
  const reading = new Reading();
  for (const event of events) {
    reading.read(event);
  }
  const last = events.at(-1);
  const end = last !== undefined && EXECUTION_OVER.test(last.type) ? last : undefined;
  const byId = new Map(events.map((event) => [event.id, event]));
  const past = { end, guilty: guiltyOf(end, byId), byId, around: reading.around };
  return reading.entries.map((entry) => visitOf(entry, past));
}

type Around = ReadonlyMap<Entry, Entry | undefined>;

/** Finds for each event the entry it lies in: of its own state, or of the state around it. */
class Reading {
  readonly entries: Entry[] = [];
  readonly around = new Map<Entry, Entry | undefined>();
  readonly #within = new Map<number, Entry>();

  read(event: PastEvent): void {
    const before = this.#within.get(event.previousEventId ?? 0);
    const place = this.#placeOf(event, before);
    if (place !== undefined) {
      this.#within.set(event.id, place);
    }
  }

  #placeOf(event: PastEvent, before: Entry | undefined): Entry | undefined {
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
    if (entered !== undefined) {
      return this.#enter(event, entered.name, before);
    }
    if (exited !== undefined) {
      const own = this.#nearest(before, ({ name }) => name === exited.name);
      if (own !== undefined) {
        own.exit = event;
      }
      return own && this.around.get(own);
    }
    if (before !== undefined && TRIED.test(event.type)) {
      before.tries += 1;
    }
    return this.#containerOf(event, before);
  }

  #enter(event: PastEvent, name: string, before: Entry | undefined): Entry {
    const depth = before === undefined ? 0 : before.depth + 1;
    const entry = { event, name, depth, tries: 0, exit: undefined, cut: undefined };
    this.entries.push(entry);
    this.around.set(entry, before);
    return entry;
  }

  /** The end of a container, or of an iteration, lies in the container: not in its last state. */
  #containerOf(event: PastEvent, before: Entry | undefined): Entry | undefined {
    const [, kind] = CONTAINER_END.exec(event.type) ?? [];
    if (kind === undefined && !ITERATION_END.test(event.type)) {
      return before;
    }
    const type = `${kind ?? "Map"}${ENTERED}`;
    const container = this.#nearest(before, (entry) => entry.event.type === type);
    if (!event.type.endsWith("Succeeded")) {
      this.#nearest(before, (entry) => {
        if (entry !== container && entry.exit === undefined) {
          entry.cut ??= event;
        }
        return entry === container;
      });
    }
    return container;
  }

  #nearest(from: Entry | undefined, isMeant: (entry: Entry) => boolean): Entry | undefined {
    let entry = from;
    while (entry !== undefined && (entry.exit !== undefined || !isMeant(entry))) {
      entry = this.around.get(entry);
    }
    return entry;
  }
}

const CONTAINER_END = /^(Parallel|Map)State(Succeeded|Failed|Aborted)$/;
const ITERATION_END = /^MapIteration(Succeeded|Failed|Aborted)$/;

/** The events that led to the end of an execution that failed. */
function guiltyOf(
  end: PastEvent | undefined,
  byId: ReadonlyMap<number, PastEvent>,
): ReadonlySet<number> {
  const found = new Set<number>();
  if (end?.type === "ExecutionFailed") {
    for (let event: PastEvent | undefined = end; event !== undefined; ) {
      found.add(event.id);
      event = byId.get(event.previousEventId ?? 0);
    }
  }
  return found;
}

interface Past {
  readonly end: PastEvent | undefined;
  readonly guilty: ReadonlySet<number>;
  readonly byId: ReadonlyMap<number, PastEvent>;
  readonly around: Around;
}

function visitOf(entry: Entry, past: Past): Visit {
  const { event, name, depth, tries, exit, cut } = entry;
  const over = exit ?? cut ?? endAround(entry, past.around) ?? past.end;
  return {
    name,
    type: event.type.slice(0, -ENTERED.length),
    depth,
    enteredMs: event.timestamp.getTime(),
    leftMs: over?.timestamp.getTime(),
    status: over === undefined ? "running" : statusOf(entry, over, past),
    tries,
  };
}

function statusOf({ event, exit, cut }: Entry, over: PastEvent, past: Past): VisitStatus {
  if (exit !== undefined) {
    const cause = past.byId.get(exit.previousEventId ?? 0);
    return cause !== undefined && FAILED.test(cause.type) ? "caught" : "succeeded";
  }
  if (cut !== undefined) {
    return cut.type.endsWith("Failed") ? "failed" : "aborted";
  }
  return over === past.end && past.guilty.has(event.id) ? "failed" : "aborted";
}

/** What ended the nearest state around it that is over: with it ended what was left within. */
function endAround(entry: Entry, around: Around): PastEvent | undefined {
  for (let outer = around.get(entry); outer !== undefined; outer = around.get(outer)) {
    const end = outer.exit ?? outer.cut;
    if (end !== undefined) {
      return end;
    }
  }
  return undefined;
}

const RANK: readonly VisitStatus[] = ["succeeded", "caught", "aborted", "failed", "running"];

/** How a state stands: its visits' gravest status, running before all others. */
export function statusByState(visits: readonly Visit[]): ReadonlyMap<string, VisitStatus> {
  const found = new Map<string, VisitStatus>();
  for (const { name, status } of visits) {
    const known = found.get(name) ?? "succeeded";
    found.set(name, RANK.indexOf(status) > RANK.indexOf(known) ? status : known);
  }
  return found;
}
