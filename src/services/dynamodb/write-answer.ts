/** PutItem, UpdateItem and DeleteItem: one action, and what is said of it. */
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import type { ConsumedCapacity, ItemCollectionMetrics } from "../../wire/models/dynamodb.gen.ts";
import { consumedCapacity } from "./capacity.ts";
import { validation } from "./errors.ts";
import { itemCollectionMetrics } from "./item-collection.ts";
import { meteredWrite } from "./metered.ts";
import type { DynamoDbContext } from "./ports.ts";
import { performAction, type WriteAction, type Written } from "./write-action.ts";

interface WriteInput {
  readonly TableName: string;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
}

interface WriteOutput {
  readonly Attributes: Attributes | undefined;
  readonly ConsumedCapacity: ConsumedCapacity | undefined;
  readonly ItemCollectionMetrics: ItemCollectionMetrics | undefined;
}

/** `returned` picks what `ReturnValues` asks for. */
export function answerWrite(
  ctx: DynamoDbContext,
  input: WriteInput,
  action: WriteAction,
  returned: (written: Written) => Attributes | undefined,
): Promise<WriteOutput> {
  return meteredWrite(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, input.TableName);
    const written = performAction(tx, table, action);
    usage.take(table, "write", written.units, tx.nowMs);
    const request = { TableName: input.TableName, form: input.ReturnConsumedCapacity };
    return {
      Attributes: returned(written),
      ConsumedCapacity: consumedCapacity(request, table, written.units),
      ItemCollectionMetrics: itemCollectionMetrics(input, table, written.key),
    };
  });
}

/** The same for PutItem and DeleteItem, which return the old item or nothing. */
export function answerReplacement(
  ctx: DynamoDbContext,
  input: WriteInput,
  action: WriteAction,
): Promise<WriteOutput> {
  const { ReturnValues } = input;
  if (ReturnValues !== undefined && ReturnValues !== "ALL_OLD" && ReturnValues !== "NONE") {
    throw validation("ReturnValues can only be ALL_OLD or NONE");
  }
  return answerWrite(ctx, input, action, ({ before }) =>
    ReturnValues === "ALL_OLD" ? before?.attributes : undefined,
  );
}
