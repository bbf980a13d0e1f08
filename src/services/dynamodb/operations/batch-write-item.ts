import { attributeOf } from "../../../languages/dynamodb/attribute-value.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { AwsError } from "../../../wire/aws-error.ts";
import type {
  ConsumedCapacity,
  ItemCollectionMetrics,
  WriteRequest,
} from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { type Progress, requireProgress } from "../batch-progress.ts";
import { consumedCapacity, summed, type Units } from "../capacity.ts";
import { deleteAction } from "../delete-action.ts";
import { requireDistinctKeys } from "../distinct-keys.ts";
import { validation } from "../errors.ts";
import { itemCollectionMetrics } from "../item-collection.ts";
import { keyInBatch } from "../item-key.ts";
import { BATCH_WRITE_REQUESTS_MAX } from "../limits.ts";
import { meteredWrite } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putAction } from "../put-action.ts";
import type { Table } from "../table.ts";
import type { Usage } from "../throughput-meter.ts";
import { performAction, type WriteAction, type Written } from "../write-action.ts";

interface TableWrites {
  readonly name: string;
  readonly requests: readonly { readonly request: WriteRequest; readonly action: WriteAction }[];
}

/**
 * One transaction carries out the whole batch; requests are left unprocessed only for want of
 * capacity.
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
    requests: requests.map((request) => ({ request, action: actionOf(ctx, request) })),
  }));
  return meteredWrite(ctx, (tx, usage) => {
    const answers = writes.map((write) => writeTable(tx, ctx, write, { input, usage }));
    requireProgress(answers);
    const capacities = answers.flatMap(({ capacity }) => (capacity ? [capacity] : []));
    const metrics = answers.filter(({ metrics: list }) => list.length > 0);
    return {
      UnprocessedItems: Object.fromEntries(
        answers.flatMap(({ name, unprocessed }) =>
          unprocessed.length > 0 ? [[name, unprocessed]] : [],
        ),
      ),
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

interface TableAnswer extends Progress {
  readonly name: string;
  readonly unprocessed: readonly WriteRequest[];
  readonly capacity: ConsumedCapacity | undefined;
  readonly metrics: readonly ItemCollectionMetrics[];
}

interface BatchWrite {
  readonly input: Input<"dynamodb", "BatchWriteItem">;
  readonly usage: Usage;
}

/** Of the table, and of the indexes that the request is known to write to before it is done. */
function leastUnits(
  table: Table,
  { PutRequest }: WriteRequest,
  { attributes }: WriteAction,
): Units {
  const touched = table.indexes.filter(
    ({ hash, isGlobal }) =>
      isGlobal && (PutRequest === undefined || attributeOf(attributes, hash.name) !== undefined),
  );
  return new Map([[undefined, 1], ...touched.map(({ name }) => [name, 1] as const)]);
}

function writeTable(
  tx: WriteTx,
  ctx: DynamoDbContext,
  { name, requests }: TableWrites,
  { input, usage }: BatchWrite,
): TableAnswer {
  const table = ctx.tables.require(tx, ctx, name);
  requireDistinctKeys(requests.map(({ action }) => action.keyIn(table).row));
  const written: Written[] = [];
  const unprocessed: WriteRequest[] = [];
  let throttled: AwsError | undefined;
  for (const { request, action } of requests) {
    const refusal = usage.refusal(table, "write", leastUnits(table, request, action), tx.nowMs);
    if (refusal !== undefined) {
      throttled = refusal;
      unprocessed.push(request);
      continue;
    }
    const done = performAction(tx, table, action);
    usage.charge(table, "write", done.units, tx.nowMs);
    written.push(done);
  }
  const request = { TableName: name, form: input.ReturnConsumedCapacity };
  return {
    name,
    processed: written.length,
    throttled,
    unprocessed,
    capacity: consumedCapacity(request, table, summed(written.map(({ units }) => units))),
    metrics: written.flatMap(({ key }) => itemCollectionMetrics(input, table, key) ?? []),
  };
}
