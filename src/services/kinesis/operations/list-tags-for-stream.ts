import { TAGS_PER_PAGE } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";
import { shownTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html */
export const listTagsForStream: KinesisOperation<"ListTagsForStream"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const { tags } = existingStream(tx, ctx, "ListTagsForStream", input);
    const { ExclusiveStartTagKey: after = "", Limit: limit = TAGS_PER_PAGE } = input;
    const found = shownTags(tags).filter(({ Key }) => Key > after);
    return { Tags: found.slice(0, limit), HasMoreTags: found.length > limit };
  });
