/**
 * The journal: what caused what, lately.
 *
 * Every hop of an event is noted where it happens: a request is answered, a delivery is committed,
 * a function has run, a job of the outbox has come out. Hops of one trace share the root of its
 * `X-Amzn-Trace-Id`. The journal is for reading (the command line, tests, traces); nothing depends
 * on it, so it is kept in memory, bounded, and begins empty with each start of the engine.
 */
import type { InitPhases } from "../functions/function-host.ts";

export interface Hop {
  /** Ms since the Unix epoch, on the engine's clock: when it came to its outcome. */
  readonly atMs: number;
  readonly kind: "request" | "call" | "delivery" | "invocation" | "job";
  /** Who caused a delivery: an ARN. */
  readonly source?: string | undefined;
  /** What happened, or to whom: `sqs:SendMessage`, an ARN, a kind of job. */
  readonly target: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** Of the request or the invocation. */
  readonly requestId?: string | undefined;
  /** `X-Amzn-Trace-Id` as it came: `Root=1-...;Parent=...;Sampled=1`. */
  readonly trace?: string | undefined;
  readonly durationMs?: number | undefined;
  /** Of an invocation with a cold start: how long the init phase took, and what it was spent on. */
  readonly initDurationMs?: number | undefined;
  readonly initPhases?: InitPhases | undefined;
}

export interface NumberedHop extends Hop {
  /** Counts up from 1 with each hop since the engine started. */
  readonly number: number;
}

export interface JournalQuery {
  /** The root of a trace: `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly root?: string | undefined;
  /** Only hops with a higher number. */
  readonly after?: number | undefined;
  /** The newest that many. */
  readonly limit: number;
}

export interface Journal {
  note(hop: Hop): void;
  /** In the order in which they were noted. */
  read(query: JournalQuery): readonly NumberedHop[];
}

const CAPACITY_DEFAULT = 20_000;

export function createJournal(capacity: number = CAPACITY_DEFAULT): Journal {
  const ring: Hop[] = [];
  let count = 0;
  return {
    note(hop) {
      ring[count % capacity] = hop;
      count += 1;
    },
    read({ root, after = 0, limit }) {
      const found: NumberedHop[] = [];
      const oldest = Math.max(count - capacity, after);
      for (let index = count - 1; index >= oldest && found.length < limit; index -= 1) {
        const hop = ring[index % capacity];
        if (hop !== undefined && (root === undefined || rootOf(hop.trace) === root)) {
          found.push({ number: index + 1, ...hop });
        }
      }
      return found.reverse();
    },
  };
}

/** `Root=1-a-b;Parent=c` has the root `1-a-b`. */
export function rootOf(trace: string | undefined): string | undefined {
  return trace === undefined ? undefined : /(?:^|;)\s*Root=([^;]+)/.exec(trace)?.[1];
}
