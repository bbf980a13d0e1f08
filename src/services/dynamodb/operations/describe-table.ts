import type { Input, Output } from "../../../wire/operations.ts";
import { describeRecord } from "../describe-table.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html */
export async function describeTable(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeTable">,
): Promise<Output<"dynamodb", "DescribeTable">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.read((tx) => ({
    Table: describeRecord(tx, ctx.tables.named(tx, id).record),
  }));
}
