import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import { type Projection, project } from "../../../languages/dynamodb/projection.ts";
import type { ReadTx } from "../../../store/store.ts";
import type { AwsError } from "../../../wire/aws-error.ts";
import type { ConsumedCapacity, KeysAndAttributes } from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { type Progress, requireProgress } from "../batch-progress.ts";
import { consumedCapacity, readUnits } from "../capacity.ts";
import { requireDistinctKeys } from "../distinct-keys.ts";
import { validation } from "../errors.ts";
import { keyOfParameter } from "../item-key.ts";
import { BATCH_GET_BYTES_MAX, BATCH_GET_KEYS_MAX } from "../limits.ts";
import { meteredRead } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { onlyProjection } from "../requested-projection.ts";
import { readItem } from "../stored-item.ts";
import type { Usage } from "../throughput-meter.ts";

interface TableReads {
  readonly name: string;
  readonly request: KeysAndAttributes;
  readonly keys: readonly Attributes[];
  readonly projection: Projection | undefined;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export async function batchGetItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "BatchGetItem">,
): Promise<Output<"dynamodb", "BatchGetItem">> {
  const reads = Object.entries(input.RequestItems).map(([name, request]) =>
    tableReads(ctx, name, request),
  );
  const keyCount = reads.reduce((sum, { keys }) => sum + keys.length, 0);
  if (keyCount > BATCH_GET_KEYS_MAX) {
    throw validation("Too many items requested for the BatchGetItem call");
  }
  return meteredRead(ctx, (tx, usage) => {
    const budget = { bytes: BATCH_GET_BYTES_MAX };
    const answers = reads.map((read) => readTable(tx, ctx, read, { input, budget, usage }));
    requireProgress(answers);
    const capacities = answers.flatMap(({ capacity }) => (capacity ? [capacity] : []));
    return {
      Responses: Object.fromEntries(answers.map(({ name, items }) => [name, items])),
      UnprocessedKeys: Object.fromEntries(
        answers.flatMap(({ name, unprocessed }) => (unprocessed ? [[name, unprocessed]] : [])),
      ),
      ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    };
  });
}

function tableReads(ctx: DynamoDbContext, name: string, request: KeysAndAttributes): TableReads {
  const projection = onlyProjection(ctx, request);
  const keys = request.Keys.map((key) => normalizeAttributes(key, "current"));
  return { name, request, keys, projection };
}

interface TableAnswer extends Progress {
  readonly name: string;
  readonly items: readonly Attributes[];
  readonly unprocessed: KeysAndAttributes | undefined;
  readonly capacity: ConsumedCapacity | undefined;
}

interface BatchRead {
  readonly input: Input<"dynamodb", "BatchGetItem">;
  readonly budget: { bytes: number };
  readonly usage: Usage;
}

function readTable(
  tx: ReadTx,
  ctx: DynamoDbContext,
  { name, request, keys, projection }: TableReads,
  { input, budget, usage }: BatchRead,
): TableAnswer {
  const table = ctx.tables.require(tx, ctx, name);
  const rows = keys.map((key) => keyOfParameter(table, key).row);
  requireDistinctKeys(rows);
  const items: Attributes[] = [];
  let units = 0;
  let processed = 0;
  let throttled: AwsError | undefined;
  for (const row of rows) {
    const item = readItem(tx, row);
    const sizeBytes = item?.sizeBytes ?? 0;
    if (budget.bytes < sizeBytes) {
      break;
    }
    budget.bytes -= sizeBytes;
    const cost = readUnits(sizeBytes, request.ConsistentRead === true);
    const charge = new Map([[undefined, cost]]);
    throttled = usage.refusal(table, "read", charge, tx.nowMs);
    if (throttled !== undefined) {
      break;
    }
    usage.charge(table, "read", charge, tx.nowMs);
    units += cost;
    processed += 1;
    if (item !== undefined) {
      items.push(projection === undefined ? item.attributes : project(item.attributes, projection));
    }
  }
  const capacityRequest = { TableName: name, form: input.ReturnConsumedCapacity };
  return {
    name,
    items,
    processed,
    throttled,
    unprocessed:
      processed === rows.length ? undefined : { ...request, Keys: request.Keys.slice(processed) },
    capacity: consumedCapacity(capacityRequest, table, new Map([[undefined, units]])),
  };
}
