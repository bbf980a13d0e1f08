import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import { type Projection, project } from "../../../languages/dynamodb/projection.ts";
import { withJsonForm } from "../../../wire/json-form.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { consumedCapacity, readUnits } from "../capacity.ts";
import { keyOfParameter } from "../item-key.ts";
import { jsonOf } from "../json-answer.ts";
import { meteredRead } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { onlyProjection } from "../requested-projection.ts";
import { readItem, type StoredItem } from "../stored-item.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export async function getItem(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "GetItem">,
): Promise<Output<"dynamodb", "GetItem">> {
  const projection = onlyProjection(ctx, input);
  const key = normalizeAttributes(input.Key, "current");
  return meteredRead(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, input.TableName);
    const item = readItem(tx, keyOfParameter(table, key).row);
    const size = readUnits(item?.sizeBytes ?? 0, input.ConsistentRead === true);
    const units = new Map([[undefined, size]]);
    usage.take(table, "read", units, tx.nowMs);
    const request = { TableName: input.TableName, form: input.ReturnConsumedCapacity };
    return answer(item, projection, consumedCapacity(request, table, units));
  });
}

function answer(
  item: StoredItem | undefined,
  projection: Projection | undefined,
  ConsumedCapacity: Output<"dynamodb", "GetItem">["ConsumedCapacity"],
): Output<"dynamodb", "GetItem"> {
  if (item === undefined) {
    return { ConsumedCapacity };
  }
  if (projection !== undefined) {
    return { Item: project(item.attributes, projection), ConsumedCapacity };
  }
  const output = {
    get Item() {
      return item.attributes;
    },
    ConsumedCapacity,
  };
  return withJsonForm(output, () => jsonOf({ Item: item, ConsumedCapacity }));
}
