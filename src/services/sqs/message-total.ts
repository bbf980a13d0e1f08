/**
 * How many messages a queue holds, whatever their state: a sum kept in a few rows, so that those who
 * send and delete at once on a store of many nodes seldom meet on one of them.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Pile } from "./keys.ts";

/** By queue id, generation and shard. */
const totals: Collection<number> = collection("sqs", "total");

/** A power of two up to 32: a shard is some bits of a base 32 digit. */
const SHARDS = 8;
/** Of a message key: the last digit of the count of writes within a millisecond. */
const SHARD_DIGIT_AT = 13;

/** A message came in, or was removed; the same key finds the same shard. */
export function addToTotal(tx: WriteTx, pile: Pile, messageKey: string, change: 1 | -1): void {
  const shard = Number.parseInt(messageKey.charAt(SHARD_DIGIT_AT), 32) % SHARDS;
  const id = [pile.queueId, pile.generation, shard];
  totals.put(tx, id, (totals.get(tx, id) ?? 0) + change);
}

export function totalOf(tx: ReadTx, pile: Pile): number {
  let sum = 0;
  for (const { record } of totals.list(tx, { prefix: [pile.queueId, pile.generation] })) {
    sum += record;
  }
  return sum;
}

export function forgetTotal(tx: WriteTx, pile: Pile): void {
  totals.clear(tx, { prefix: [pile.queueId, pile.generation] });
}
