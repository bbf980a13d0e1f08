/** A statement of a transaction as an action: a write, or EXISTS as a condition check. */

import { bindCondition } from "../../../languages/partiql/bind-condition.ts";
import type { Parameters } from "../../../languages/partiql/parameters.ts";
import type { SelectSyntax, Statement } from "../../../languages/partiql/syntax.ts";
import type { ReadTx } from "../../../store/store.ts";
import { validation } from "../errors.ts";
import { keyOfParameter } from "../item-key.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { Table } from "../table.ts";
import { checkingKey, type TransactionAction, writing } from "../transaction-actions.ts";
import { wholeKeyOf } from "./where-keys.ts";
import { bindWrite } from "./write-statement.ts";

export interface TransactionStatement {
  readonly statement: Statement;
  readonly parameters: Parameters;
  readonly onFailure: string | undefined;
}

export function transactionStatement(
  tx: ReadTx,
  ctx: DynamoDbContext,
  { statement, parameters, onFailure }: TransactionStatement,
): TransactionAction {
  if (statement.kind === "select") {
    throw validation("A transaction of writes has no SELECT");
  }
  const name = statement.kind === "exists" ? statement.select.table : statement.table;
  const table = ctx.tables.require(tx, ctx, name);
  if (statement.kind === "exists") {
    return checking(table, statement.select, parameters, onFailure);
  }
  return writing(name, bindWrite(table, { statement, parameters, onFailure }).action);
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.exists.html */
function checking(
  table: Table,
  select: SelectSyntax,
  parameters: Parameters,
  onFailure: string | undefined,
): TransactionAction {
  const where = select.where && bindCondition(select.where, parameters);
  const whole = select.index === undefined ? wholeKeyOf(where, table.base) : undefined;
  if (whole?.rest === undefined) {
    throw validation("EXISTS() must contain a single item read with additional condition");
  }
  const key = keyOfParameter(table, whole.key);
  return checkingKey(select.table, whole.key, () => key, { condition: whole.rest, onFailure });
}
