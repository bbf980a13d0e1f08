/**
 * Work that leaves the store, as rows: a function to invoke, an HTTP endpoint to call.
 *
 * | key                                   | value    |
 * |---------------------------------------|----------|
 * | outbox, kind, lane, due at (ms), id   | the body |
 *
 * A sender writes the row in the transaction that makes the work necessary; a worker of
 * `src/delivery` does it. The kind says who can do it (`lambda.invoke`), the lane what shares its
 * fate (one function, one endpoint): a lane that is throttled holds up no other. Rows are ordered
 * by the time they are due, so they are their own timers: a retry is a move along that axis.
 */
import { decodeRecord, encodeRecord } from "../store/record.ts";
import type { Entry, WriteTx } from "../store/store.ts";

export const OUTBOX = "outbox";

export interface JobPlace {
  readonly kind: string;
  readonly lane: string;
  readonly dueMs: number;
  /** Unique, and the same for all attempts. */
  readonly id: string;
}

export interface Job<Body = unknown> extends JobPlace {
  /** msgpack-able: everything an attempt needs, and what earlier attempts left for it. */
  readonly body: Body;
}

/**
 * How an attempt ended, as data.
 *
 * | outcome     | the row                                                     |
 * |-------------|-------------------------------------------------------------|
 * | delivered   | is removed                                                  |
 * | retry       | is due again at `atMs`, with a new body                     |
 * | dead-letter | is removed; the kind hands the work to whoever is next      |
 * | dropped     | is removed; nothing follows                                 |
 * | throttled   | stays as it is; its lane rests for a while, ever longer, but at most until `retryByMs` |
 */
export type Outcome<Body = unknown, Detail = unknown> =
  | { readonly kind: "delivered"; readonly detail: Detail }
  | { readonly kind: "retry"; readonly atMs: number; readonly body: Body }
  | { readonly kind: "dead-letter"; readonly detail: Detail }
  | { readonly kind: "dropped"; readonly because: string }
  | { readonly kind: "throttled"; readonly retryByMs?: number };

/** How the jobs of one kind are done. */
export interface JobKind<Body = unknown, Detail = unknown> {
  /** Jobs of one lane that may be under way at once. */
  readonly laneConcurrencyMax: number;
  /** Does the work. May run again for the same job: a crash forgets that it ran. */
  attempt(job: Job<Body>): Promise<Outcome<Body, Detail>>;
  /**
   * What follows from an outcome, in the transaction that removes or moves the row. Returns what
   * the operator shall read in the log once it is committed.
   */
  settle?(tx: WriteTx, job: Job<Body>, outcome: Outcome<Body, Detail>): readonly string[];
}

export type JobKinds = Readonly<Record<string, JobKind>>;

/** Signalled whenever a job of the kind was added or moved. */
export function jobTopic(kind: string): string {
  return `${OUTBOX}:${kind}`;
}

/** Adds a job in the sender's transaction; due at once unless said. */
export function addJob(
  tx: WriteTx,
  job: { readonly kind: string; readonly lane: string; readonly dueMs?: number; body: unknown },
): void {
  putJob(tx, { ...job, dueMs: job.dueMs ?? tx.nowMs, id: tx.orderedId() });
}

export function putJob(tx: WriteTx, job: Job): void {
  tx.set(jobKey(job), encodeRecord(job.body));
  tx.signal(jobTopic(job.kind));
}

export function jobKey(place: JobPlace): readonly [string, string, string, number, string] {
  return [OUTBOX, place.kind, place.lane, place.dueMs, place.id];
}

export function jobOf(entry: Entry): Job {
  const [, kind, lane, dueMs, id] = entry.key as ReturnType<typeof jobKey>;
  return { kind, lane, dueMs, id, body: decodeRecord(entry.value) };
}
