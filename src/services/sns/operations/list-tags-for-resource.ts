import { topicArnOf } from "../arns.ts";
import { topicTags } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { taggedTopic, tagList } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html */
export const listTagsForResource: SnsOperation<"ListTagsForResource"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.ResourceArn, "ResourceArn");
  const tags = await ctx.store.read((tx) => topicTags.get(tx, [taggedTopic(tx, arn).id]));
  return { Tags: tagList(tags ?? {}) };
};
