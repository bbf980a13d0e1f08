/**
 * What a FIFO queue remembers for five minutes: the deduplication ids it has seen, the receive
 * attempts it has answered. Each one that is kept takes some expired ones away, so their number is
 * bounded by what five minutes bring.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";

const KEPT_MS = 5 * 60_000;
/** More than one, or a burst would never be worked off. */
const EXPIRED_PER_PUT = 2;

interface Brief<T> {
  readonly value: T;
  readonly expiresMs: number;
}

const expiries: Collection<null> = collection("sqs", "brief-expiry");
const briefs: Collection<Brief<unknown>> = collection("sqs", "brief");

export type BriefId = readonly [kind: "duplicate" | "attempt", ...id: readonly string[]];

export function recall<T>(tx: ReadTx, queueId: string, id: BriefId): T | undefined {
  const brief = briefs.get(tx, [queueId, ...id]) as Brief<T> | undefined;
  return brief !== undefined && tx.nowMs < brief.expiresMs ? brief.value : undefined;
}

export function remember<T>(tx: WriteTx, queueId: string, id: BriefId, value: T): void {
  forgetExpired(tx, queueId, EXPIRED_PER_PUT);
  const before = briefs.get(tx, [queueId, ...id]);
  if (before !== undefined) {
    expiries.delete(tx, [queueId, before.expiresMs, ...id]);
  }
  const expiresMs = tx.nowMs + KEPT_MS;
  briefs.put(tx, [queueId, ...id], { value, expiresMs });
  expiries.put(tx, [queueId, expiresMs, ...id], null);
}

export function forgetExpired(tx: WriteTx, queueId: string, limit: number): void {
  const through = [queueId, tx.nowMs + 1];
  for (const { id } of [...expiries.list(tx, { prefix: [queueId], until: through, limit })]) {
    const [, expiresMs, ...rest] = id;
    expiries.delete(tx, [queueId, expiresMs as number, ...rest]);
    briefs.delete(tx, [queueId, ...rest]);
  }
}

/** Forgets up to `limit` things of a queue that is gone; answers how many. */
export function forgetAll(tx: WriteTx, queueId: string, limit: number): number {
  expiries.clear(tx, { prefix: [queueId], limit });
  return briefs.clear(tx, { prefix: [queueId], limit });
}
