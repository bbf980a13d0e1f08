import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { existingImport, shownImport } from "../transfers/import.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeImport.html */
export async function describeImport(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeImport">,
): Promise<Output<"dynamodb", "DescribeImport">> {
  const found = await ctx.store.read((tx) => existingImport(tx, ctx, input.ImportArn));
  return { ImportTableDescription: shownImport(found) };
}
