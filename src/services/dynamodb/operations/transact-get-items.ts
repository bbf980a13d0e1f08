import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import { type Projection, project } from "../../../languages/dynamodb/projection.ts";
import type { Get } from "../../../wire/models/dynamodb.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { readUnits, transactionCapacity } from "../capacity.ts";
import { keyOfParameter, requireKeysNotEmpty } from "../item-key.ts";
import { meteredRead } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { onlyProjection } from "../requested-projection.ts";
import { readItem } from "../stored-item.ts";
import {
  allOrCanceled,
  attempt,
  requireCapacity,
  requireSeparateItems,
} from "../transaction-actions.ts";

interface Read {
  readonly tableName: string;
  readonly key: Attributes;
  readonly projection: Projection | undefined;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
export async function transactGetItems(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "TransactGetItems">,
): Promise<Output<"dynamodb", "TransactGetItems">> {
  const reads = input.TransactItems.map(({ Get }) => readOf(ctx, Get));
  return meteredRead(ctx, (tx, usage) => {
    const outcomes = reads.map((read) => {
      const table = ctx.tables.require(tx, ctx, read.tableName);
      requireKeysNotEmpty(table.base, read.key);
      return attempt(() => ({ ...read, table, place: keyOfParameter(table, read.key) }));
    });
    const places = allOrCanceled(outcomes);
    requireSeparateItems(places.map(({ place }) => place));
    const found = places.map((read) => ({ ...read, item: readItem(tx, read.place.row) }));
    const units = found.map(({ tableName, table, item }) => ({
      tableName,
      table,
      units: new Map([[undefined, readUnits(item?.sizeBytes ?? 0, true)]]),
    }));
    requireCapacity(tx, usage, units);
    return {
      Responses: found.map(({ item, projection }) => {
        if (item === undefined) {
          return {};
        }
        const { attributes } = item;
        return { Item: projection === undefined ? attributes : project(attributes, projection) };
      }),
      ConsumedCapacity: transactionCapacity(input.ReturnConsumedCapacity, "read", units),
    };
  });
}

function readOf(ctx: DynamoDbContext, get: Get): Read {
  const projection = onlyProjection(ctx, get);
  return { tableName: get.TableName, key: normalizeAttributes(get.Key, "older"), projection };
}
