import type { Input } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putTags, readTags, taggedTable } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html */
export async function untagResource(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "UntagResource">,
): Promise<void> {
  return ctx.store.write((tx) => {
    const id = taggedTable(tx, ctx, input.ResourceArn);
    const kept = Object.entries(readTags(tx, id)).filter(([key]) => !input.TagKeys.includes(key));
    putTags(tx, id, Object.fromEntries(kept));
  });
}
