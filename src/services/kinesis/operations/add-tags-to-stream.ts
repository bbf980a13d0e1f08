import { streams } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";
import { withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html */
export const addTagsToStream: KinesisOperation<"AddTagsToStream"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = existingStream(tx, ctx, "AddTagsToStream", input);
    const { region, accountId, name } = stream;
    const owner = `stream ${name} under account ${accountId}`;
    const tags = withTags(stream.tags, input.Tags, owner);
    streams.put(tx, [region, accountId, name], { ...stream, tags });
  });
};
