import { topicArnOf } from "../arns.ts";
import { topicTags } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { taggedTopic } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html */
export const untagResource: SnsOperation<"UntagResource"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.ResourceArn, "ResourceArn");
  await ctx.store.write((tx) => {
    const topic = taggedTopic(tx, arn);
    const kept = Object.entries(topicTags.get(tx, [topic.id]) ?? {}).filter(
      ([key]) => !input.TagKeys.includes(key),
    );
    topicTags.put(tx, [topic.id], Object.fromEntries(kept));
  });
  return {};
};
