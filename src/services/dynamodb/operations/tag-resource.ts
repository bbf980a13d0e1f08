import type { Input } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putTags, readTags, taggedTable, tagsOf } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html */
export async function tagResource(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "TagResource">,
): Promise<void> {
  const tags = tagsOf(input.Tags);
  return ctx.store.write((tx) => {
    const id = taggedTable(tx, ctx, input.ResourceArn);
    putTags(tx, id, { ...readTags(tx, id), ...tags });
  });
}
