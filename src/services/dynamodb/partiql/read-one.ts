/** A SELECT inside a batch or a transaction: one item, by its primary key and nothing else. */
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { bindCondition } from "../../../languages/partiql/bind-condition.ts";
import type { Parameters } from "../../../languages/partiql/parameters.ts";
import type { SelectSyntax } from "../../../languages/partiql/syntax.ts";
import type { ReadTx } from "../../../store/store.ts";
import { readUnits, type Units } from "../capacity.ts";
import { validation } from "../errors.ts";
import { type ItemKey, keyOfParameter } from "../item-key.ts";
import { readItem } from "../stored-item.ts";
import type { Table } from "../table.ts";
import { projected } from "./select-statement.ts";
import { wholeKeyOf } from "./where-keys.ts";

export interface OneRequest {
  readonly select: SelectSyntax;
  readonly parameters: Parameters;
  readonly isConsistent: boolean;
  /** As the message names it. */
  readonly operation: "BatchExecuteStatement" | "ExecuteTransaction";
}

export interface One {
  readonly item: Attributes | undefined;
  readonly units: Units;
}

export function readOne(tx: ReadTx, table: Table, request: OneRequest): One {
  const key = keyOfSelect(table, request);
  const item = readItem(tx, key.row);
  return {
    item: item && projected(item.attributes, request.select.projection),
    units: new Map([[undefined, readUnits(item?.sizeBytes ?? 0, request.isConsistent)]]),
  };
}

/** The item that is read. Throws unless the clause is the key and nothing else. */
export function keyOfSelect(
  table: Table,
  { select, parameters, operation }: Omit<OneRequest, "isConsistent">,
): ItemKey {
  const where = select.where && bindCondition(select.where, parameters);
  const whole = select.index === undefined ? wholeKeyOf(where, table.base) : undefined;
  if (whole === undefined || whole.rest !== undefined) {
    throw validation(
      `Select statements within ${operation} must specify the primary key in the where clause.`,
    );
  }
  return keyOfParameter(table, whole.key);
}
