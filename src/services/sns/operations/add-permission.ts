import { topicArnOf } from "../arns.ts";
import { withPermission } from "../policy.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic, saveTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html */
export const addPermission: SnsOperation<"AddPermission"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const permission = {
    label: input.Label,
    accountIds: input.AWSAccountId,
    actions: input.ActionName,
  };
  await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const Policy = withPermission(topic, permission);
    saveTopic(tx, { ...topic, attributes: { ...topic.attributes, Policy } });
  });
};
