/**
 * Global tables (version 2019.11.21): writes to one replica reach the others.
 *
 * | key                                                   | value                                   |
 * |-------------------------------------------------------|-----------------------------------------|
 * | `dynamodb`, `version`, table, digest, sort            | which write an item is of: ordered id   |
 * | `dynamodb`, `replication`, table, ordered id          | a write on its way (`Replicated`)       |
 *
 * A write is queued in its own transaction and applied to the other replicas soon after, in the
 * order of the writes. The last writer wins: a replica keeps an item unless the write that arrives
 * is later than the one it has it of, deletions included. Ordered ids are in the order of all
 * writes of the engine, so replicas agree. What arrives is not sent on.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import { decodeRecord, encodeRecord } from "../../../store/record.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { ItemKey } from "../item-key.ts";
import { BASE_INDEX, itemsKey } from "../keys.ts";
import type { Table, TableRecord } from "../table.ts";

export const REPLICATION_TIMER = "dynamodb.replicate";

export interface Replicated {
  /** Rows of items: `after` is what it became, `before` stands for its key when it was deleted. */
  readonly before?: Uint8Array | undefined;
  readonly after?: Uint8Array | undefined;
}

export function queueKey(table: number): Key {
  return ["dynamodb", "replication", table];
}

function versionKey(table: number, key: ItemKey): Key {
  return ["dynamodb", "version", table, ...key.row.slice(itemsKey(0, BASE_INDEX).length)];
}

/** The write that a replica has an item of; `undefined`: one from before the table was global. */
export function versionOf(tx: ReadTx, table: Table, key: ItemKey): string | undefined {
  const bytes = tx.get(versionKey(table.record.number, key));
  return bytes && decodeRecord<string>(bytes);
}

export function setVersion(tx: WriteTx, table: Table, key: ItemKey, version: string): void {
  tx.set(versionKey(table.record.number, key), encodeRecord(version));
}

/** Sends a write of a client to the other replicas. */
export function replicateLater(
  tx: WriteTx,
  table: Table,
  change: Replicated & { readonly key: ItemKey },
): void {
  const { key, before, after } = change;
  const version = tx.orderedId();
  setVersion(tx, table, key, version);
  const row: Replicated = after === undefined ? { before } : { after };
  tx.set([...queueKey(table.record.number), version], encodeRecord(row));
  armReplication(tx, table.record);
}

export function armReplication(tx: WriteTx, { number, arn }: TableRecord): void {
  tx.after({ dueMs: tx.nowMs, kind: REPLICATION_TIMER, key: [number, arn] });
}
