import type { ItemCollectionMetrics } from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { transactionCapacity } from "../capacity.ts";
import { digestOfRequest, isRepeated } from "../idempotency.ts";
import { itemCollectionMetrics } from "../item-collection.ts";
import { meteredWrite } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { type Performed, performTransaction, transactionAction } from "../transaction-actions.ts";

type TransactWriteItemsInput = Input<"dynamodb", "TransactWriteItems">;

/**
 * Transactions run one after the other, so none is ever canceled for a conflict with another.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transactWriteItems(
  ctx: DynamoDbContext,
  input: TransactWriteItemsInput,
): Promise<Output<"dynamodb", "TransactWriteItems">> {
  const { ClientRequestToken: token, ...request } = input;
  const actions = input.TransactItems.map((item) => transactionAction(ctx, item));
  const idempotency = token && { scope: ctx, token, digest: digestOfRequest(request) };
  return meteredWrite(ctx, (tx, usage) => {
    if (idempotency && isRepeated(tx, idempotency)) {
      return {};
    }
    const performed = performTransaction(tx, ctx, actions, usage);
    return {
      ConsumedCapacity: transactionCapacity(input.ReturnConsumedCapacity, "write", performed),
      ItemCollectionMetrics: metricsOf(input, performed),
    };
  });
}

function metricsOf(
  input: TransactWriteItemsInput,
  performed: readonly Performed[],
): Record<string, readonly ItemCollectionMetrics[]> | undefined {
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  for (const { tableName, table, key } of performed) {
    const metric = itemCollectionMetrics(input, table, key);
    if (metric !== undefined) {
      metrics[tableName] = [...(metrics[tableName] ?? []), metric];
    }
  }
  return Object.keys(metrics).length === 0 ? undefined : metrics;
}
