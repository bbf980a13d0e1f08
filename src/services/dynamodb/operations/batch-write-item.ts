import type { WriteTx } from "../../../store/store.ts";
import type {
  ConsumedCapacity,
  ItemCollectionMetrics,
  WriteRequest,
} from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { consumedCapacity, summed } from "../capacity.ts";
import { deleteAction } from "../delete-action.ts";
import { requireDistinctKeys } from "../distinct-keys.ts";
import { validation } from "../errors.ts";
import { itemCollectionMetrics } from "../item-collection.ts";
import { keyInBatch } from "../item-key.ts";
import { BATCH_WRITE_REQUESTS_MAX } from "../limits.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putAction } from "../put-action.ts";
import { performAction, type WriteAction } from "../write-action.ts";

interface TableWrites {
  readonly name: string;
  readonly actions: readonly WriteAction[];
}

/**
 * One transaction carries out the whole batch, so no request is left unprocessed.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export async function batchWriteItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "BatchWriteItem">,
): Promise<Output<"dynamodb", "BatchWriteItem">> {
  const requestCount = Object.values(input.RequestItems).reduce(
    (sum, list) => sum + list.length,
    0,
  );
  if (requestCount > BATCH_WRITE_REQUESTS_MAX) {
    throw validation("Too many items requested for the BatchWriteItem call");
  }
  const writes = Object.entries(input.RequestItems).map(([name, requests]) => ({
    name,
    actions: requests.map((request) => actionOf(ctx, request)),
  }));
  return ctx.store.write((tx) => {
    const answers = writes.map((write) => writeTable(tx, ctx, write, input));
    const capacities = answers.flatMap(({ capacity }) => (capacity ? [capacity] : []));
    const metrics = answers.filter(({ metrics: list }) => list.length > 0);
    return {
      UnprocessedItems: {},
      ...(metrics.length > 0 && {
        ItemCollectionMetrics: Object.fromEntries(
          metrics.map(({ name, metrics: list }) => [name, list]),
        ),
      }),
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    };
  });
}

function actionOf(ctx: DynamoDbContext, { PutRequest, DeleteRequest }: WriteRequest): WriteAction {
  if (PutRequest !== undefined && DeleteRequest === undefined) {
    return putAction(ctx, { Item: PutRequest.Item }, "older", keyInBatch);
  }
  if (DeleteRequest !== undefined && PutRequest === undefined) {
    return deleteAction(ctx, { Key: DeleteRequest.Key }, "older");
  }
  throw validation(
    "Supplied AttributeValue has more than one datatypes set, " +
      "must contain exactly one of the supported datatypes",
  );
}

interface TableAnswer {
  readonly name: string;
  readonly capacity: ConsumedCapacity | undefined;
  readonly metrics: readonly ItemCollectionMetrics[];
}

function writeTable(
  tx: WriteTx,
  ctx: DynamoDbContext,
  { name, actions }: TableWrites,
  input: Input<"dynamodb", "BatchWriteItem">,
): TableAnswer {
  const table = ctx.tables.require(tx, ctx, name);
  requireDistinctKeys(actions.map((action) => action.keyIn(table).row));
  const written = actions.map((action) => performAction(tx, table, action));
  const request = { TableName: name, form: input.ReturnConsumedCapacity };
  return {
    name,
    capacity: consumedCapacity(request, table, summed(written.map(({ units }) => units))),
    metrics: written.flatMap(({ key }) => itemCollectionMetrics(input, table, key) ?? []),
  };
}
