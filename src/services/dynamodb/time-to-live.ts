/**
 * Items that expire: a durable timer for each, moved when the item changes.
 *
 * DynamoDB deletes expired items within a few days; here they go at the moment of their expiry, on
 * the engine's clock. Items that expired more than five years ago are left alone.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { attributeOf } from "../../languages/dynamodb/attribute-value.ts";
import type { TimerId, WriteTx } from "../../store/store.ts";
import type { ItemKey } from "./item-key.ts";
import type { Table } from "./table.ts";

export const EXPIRY_TIMER = "dynamodb.expiry";

/** What the timer's handler finds the table by. */
export interface ExpiryPayload {
  readonly arn: string;
}

const PAST_MS_MAX: number = 5 * 365 * 24 * 60 * 60 * 1000;
/** 31 December 9999: nothing is planned beyond. */
const EXPIRY_MS_MAX = 253_402_300_799_000;

/** When an item expires, if it does. */
export function expiryMs(item: Attributes, attribute: string, nowMs: number): number | undefined {
  const seconds = attributeOf(item, attribute)?.N;
  if (seconds === undefined) {
    return undefined;
  }
  const dueMs = Math.floor(Number(seconds)) * 1000;
  return dueMs < nowMs - PAST_MS_MAX || dueMs > EXPIRY_MS_MAX ? undefined : dueMs;
}

export function moveExpiry(
  tx: WriteTx,
  table: Table,
  key: ItemKey,
  before: Attributes | undefined,
  after: Attributes | undefined,
): void {
  const attribute = table.record.timeToLive;
  if (attribute === undefined) {
    return;
  }
  const dueBefore = before && expiryMs(before, attribute, tx.nowMs);
  const dueAfter = after && expiryMs(after, attribute, tx.nowMs);
  if (dueBefore === dueAfter) {
    return;
  }
  if (dueBefore !== undefined) {
    tx.cancel(expiryTimer(key, dueBefore));
  }
  if (dueAfter !== undefined) {
    armExpiry(tx, table, key, dueAfter);
  }
}

export function armExpiry(tx: WriteTx, table: Table, key: ItemKey, dueMs: number): void {
  const payload: ExpiryPayload = { arn: table.record.arn };
  tx.after({ ...expiryTimer(key, dueMs), payload });
}

/** The timer's key is that of the item's row. */
function expiryTimer(key: ItemKey, dueMs: number): TimerId {
  return { dueMs, kind: EXPIRY_TIMER, key: key.row };
}
