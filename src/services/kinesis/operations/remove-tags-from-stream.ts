import { streams } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";
import { withoutTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html */
export const removeTagsFromStream: KinesisOperation<"RemoveTagsFromStream"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => {
    const stream = existingStream(tx, ctx, "RemoveTagsFromStream", input);
    const { region, accountId, name } = stream;
    const tags = withoutTags(stream.tags, input.TagKeys);
    streams.put(tx, [region, accountId, name], { ...stream, tags });
  });
};
