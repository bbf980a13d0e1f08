import { pageOf } from "../../pages.ts";
import { topicArnOf } from "../arns.ts";
import { subscriptions } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import { listedSubscription } from "../listed-subscription.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const listSubscriptionsByTopic: SnsOperation<"ListSubscriptionsByTopic"> = async (
  ctx,
  input,
) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const request = { token: input.NextToken, limit: PAGE_SIZE };
  const page = await ctx.store.read((tx) => {
    const source = { records: subscriptions, prefix: [existingTopic(tx, arn).id] };
    return pageOf(tx, source, request);
  });
  return {
    Subscriptions: page.items.map(({ record }) => listedSubscription(record)),
    NextToken: page.token,
  };
};
