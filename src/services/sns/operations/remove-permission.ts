import { topicArnOf } from "../arns.ts";
import { withoutPermission } from "../policy.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic, saveTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html */
export const removePermission: SnsOperation<"RemovePermission"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const Policy = withoutPermission(topic, input.Label);
    saveTopic(tx, { ...topic, attributes: { ...topic.attributes, Policy } });
  });
};
