import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { readTags, taggedTable } from "../tags.ts";

/**
 * All tags fit one page, so `NextToken` is never given out.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
 */
export async function listTagsOfResource(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "ListTagsOfResource">,
): Promise<Output<"dynamodb", "ListTagsOfResource">> {
  return ctx.store.read((tx) => {
    const id = taggedTable(tx, ctx, input.ResourceArn);
    const tags = Object.entries(readTags(tx, id));
    return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
  });
}
