import { topicArnOf } from "../arns.ts";
import { topicTags } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { checkTagCount, taggedTopic, tagsOf } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html */
export const tagResource: SnsOperation<"TagResource"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.ResourceArn, "ResourceArn");
  const added = tagsOf(input.Tags);
  await ctx.store.write((tx) => {
    const topic = taggedTopic(tx, arn);
    const tags = { ...topicTags.get(tx, [topic.id]), ...added };
    checkTagCount(tags);
    topicTags.put(tx, [topic.id], tags);
  });
  return {};
};
