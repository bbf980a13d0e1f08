import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { existingExport, shownExport } from "../transfers/export.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html */
export async function describeExport(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeExport">,
): Promise<Output<"dynamodb", "DescribeExport">> {
  const found = await ctx.store.read((tx) => existingExport(tx, ctx, input.ExportArn));
  return { ExportDescription: shownExport(found) };
}
