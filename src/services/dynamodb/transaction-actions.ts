/** The actions of TransactWriteItems: prepared one by one, carried out together or not at all. */
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import { normalizeAttributes } from "../../languages/dynamodb/normalize.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { TransactWriteItem } from "../../wire/models/dynamodb.gen.ts";
import { summed, TRANSACTION_FACTOR, type Units, writeUnits } from "./capacity.ts";
import { deleteAction } from "./delete-action.ts";
import { hasRepeats } from "./distinct-keys.ts";
import { type CancellationReason, transactionCanceled, validation } from "./errors.ts";
import { guardOf } from "./guard.ts";
import { type ItemKey, keyOfParameter, requireKeysNotEmpty } from "./item-key.ts";
import { TRANSACTION_BYTES_MAX } from "./limits.ts";
import type { DynamoDbContext, DynamoDbPorts } from "./ports.ts";
import { putAction } from "./put-action.ts";
import { readItem } from "./stored-item.ts";
import type { Table } from "./table.ts";
import type { Usage } from "./throughput-meter.ts";
import { updateAction } from "./update-action.ts";
import { type Guard, performAction, requireCondition, type WriteAction } from "./write-action.ts";

export interface TransactionAction {
  readonly tableName: string;
  readonly attributes: WriteAction["attributes"];
  keyIn(table: Table): ItemKey;
  /** Throws what cancels the transaction. */
  perform(tx: WriteTx, table: Table, key: ItemKey): Effect;
}

interface Effect {
  readonly units: Units;
  /** Of the item that was stored or looked at. */
  readonly sizeBytes: number;
}

export function transactionAction(
  ports: DynamoDbPorts,
  request: TransactWriteItem,
): TransactionAction {
  const { Put, Update, Delete, ConditionCheck } = request;
  const given = [Put, Update, Delete, ConditionCheck].filter((action) => action !== undefined);
  if (given.length !== 1) {
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (Put !== undefined) {
    return writing(Put.TableName, putAction(ports, Put, "older"));
  }
  if (Update !== undefined) {
    return writing(Update.TableName, updateAction(ports, Update, "older"));
  }
  if (Delete !== undefined) {
    return writing(Delete.TableName, deleteAction(ports, Delete, "older"));
  }
  return checking(ports, ConditionCheck as NonNullable<typeof ConditionCheck>);
}

export function writing(tableName: string, action: WriteAction): TransactionAction {
  return {
    tableName,
    attributes: action.attributes,
    keyIn: (table) => action.keyIn(table),
    perform(tx, table, key) {
      const { units, before, after } = performAction(tx, table, action, key);
      return { units, sizeBytes: (after ?? before)?.sizeBytes ?? 0 };
    },
  };
}

function checking(
  ports: DynamoDbPorts,
  check: NonNullable<TransactWriteItem["ConditionCheck"]>,
): TransactionAction {
  const attributes = normalizeAttributes(check.Key, "older");
  const guard: Guard = guardOf(ports, check, "older");
  const keyIn = (table: Table): ItemKey => keyOfParameter(table, attributes);
  return checkingKey(check.TableName, attributes, keyIn, guard);
}

/** Requires a condition of an item that the transaction does not write. */
export function checkingKey(
  tableName: string,
  attributes: TransactionAction["attributes"],
  keyIn: TransactionAction["keyIn"],
  guard: Guard,
): TransactionAction {
  return {
    tableName,
    attributes,
    keyIn,
    perform(tx, _table, key) {
      const item = readItem(tx, key.row);
      requireCondition(item, guard);
      const sizeBytes = item?.sizeBytes ?? 0;
      return { units: new Map([[undefined, writeUnits(sizeBytes)]]), sizeBytes };
    },
  };
}

export interface Performed extends Effect {
  readonly tableName: string;
  readonly table: Table;
  readonly key: ItemKey;
}

/** Carries out all actions, or throws what AWS says of the first fault or of all reasons. */
export function performTransaction(
  tx: WriteTx,
  ctx: DynamoDbContext,
  actions: readonly TransactionAction[],
  usage: Usage,
): readonly Performed[] {
  const placed = actions.map((action) => {
    const table = ctx.tables.require(tx, ctx, action.tableName);
    requireKeysNotEmpty(table.base, action.attributes);
    return { action, table, key: attempt(() => action.keyIn(table)) };
  });
  requireSeparateItems(placed.flatMap(({ key }) => ("value" in key ? [key.value] : [])));
  const outcomes = placed.map(({ action, table, key }) =>
    "value" in key ? attempt(() => performed(tx, usage, { action, table, key: key.value })) : key,
  );
  const all = allOrCanceled(outcomes);
  if (all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > TRANSACTION_BYTES_MAX) {
    throw validation("Transaction request exceeds the limit of 4 MB for all items together");
  }
  return all;
}

function performed(
  tx: WriteTx,
  usage: Usage,
  {
    action,
    table,
    key,
  }: { readonly action: TransactionAction; readonly table: Table; readonly key: ItemKey },
): Performed {
  const effect = action.perform(tx, table, key);
  usage.take(table, "write", summed([effect.units], TRANSACTION_FACTOR), tx.nowMs);
  return { tableName: action.tableName, table, key, ...effect };
}

/** Reads of a transaction are throttled as its writes are: together, with reasons. */
export function requireCapacity(
  tx: ReadTx,
  usage: Usage,
  reads: readonly { readonly table: Table; readonly units: Units }[],
): void {
  allOrCanceled(
    reads.map(({ table, units }) =>
      attempt(() => usage.take(table, "read", summed([units], TRANSACTION_FACTOR), tx.nowMs)),
    ),
  );
}

export function requireSeparateItems(keys: readonly ItemKey[]): void {
  if (hasRepeats(keys.map(({ row }) => row))) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
}

export type Outcome<T> = { readonly value: T } | { readonly reason: CancellationReason };

/** Turns what cancels a transaction into its reason; other errors go their way. */
export function attempt<T>(body: () => T): Outcome<T> {
  try {
    return { value: body() };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) {
      throw error;
    }
    return { reason };
  }
}

function reasonOf(error: unknown): CancellationReason | undefined {
  if (error instanceof ExpressionError) {
    return { Code: "ValidationError", Message: error.message };
  }
  if (!(error instanceof AwsError)) {
    return undefined;
  }
  switch (error.code) {
    case "ValidationException":
      return { Code: "ValidationError", Message: error.message };
    case "ConditionalCheckFailedException":
      return { Code: "ConditionalCheckFailed", Message: error.message, ...error.members };
    case "ProvisionedThroughputExceededException":
      return { Code: "ProvisionedThroughputExceeded", Message: error.message };
    case "ThrottlingException":
      return { Code: "ThrottlingError", Message: error.message };
    case "DuplicateItemException":
      return { Code: "DuplicateItem", Message: error.message };
    default:
      return undefined;
  }
}

/** The reasons come in the order of the actions; those that could have gone on say so. */
export function allOrCanceled<T>(outcomes: readonly Outcome<T>[]): readonly T[] {
  if (outcomes.some((outcome) => "reason" in outcome)) {
    throw transactionCanceled(
      outcomes.map((outcome) => ("reason" in outcome ? outcome.reason : { Code: "None" })),
    );
  }
  return outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
}
