/** Writes of one item, prepared from a request and carried out in a transaction. */
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import type { Condition } from "../../languages/dynamodb/condition.ts";
import { fulfils } from "../../languages/dynamodb/evaluate.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Units } from "./capacity.ts";
import { conditionalCheckFailed } from "./errors.ts";
import type { ItemKey } from "./item-key.ts";
import { readItem, type StoredItem } from "./stored-item.ts";
import type { Table } from "./table.ts";
import { type NewItem, writeItem } from "./write-item.ts";

export interface Guard {
  readonly condition: Condition | undefined;
  /** `ReturnValuesOnConditionCheckFailure` */
  readonly onFailure: string | undefined;
}

export interface WriteAction extends Guard {
  /** The item or key of the request. */
  readonly attributes: Attributes;
  /** Throws when the key does not fit the table. */
  keyIn(table: Table): ItemKey;
  /** What the item becomes: `undefined` deletes it. */
  change(table: Table, key: ItemKey, before: StoredItem | undefined): NewItem | undefined;
}

export interface Written {
  readonly key: ItemKey;
  readonly before: StoredItem | undefined;
  readonly after: NewItem | undefined;
  readonly units: Units;
}

export function performAction(
  tx: WriteTx,
  table: Table,
  action: WriteAction,
  key: ItemKey = action.keyIn(table),
): Written {
  const before = readItem(tx, key.row);
  requireCondition(before, action);
  const after = action.change(table, key, before);
  return { key, before, after, units: writeItem(tx, table, { key, before, after }) };
}

export function requireCondition(item: StoredItem | undefined, guard: Guard): void {
  if (guard.condition !== undefined && !fulfils(item?.attributes ?? {}, guard.condition)) {
    throw conditionalCheckFailed(guard.onFailure === "ALL_OLD" ? item?.attributes : undefined);
  }
}
