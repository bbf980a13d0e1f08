import { pageOf } from "../../pages.ts";
import { ownedSubscriptions, subscriptions } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import { listedSubscription } from "../listed-subscription.ts";
import type { SnsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html */
export const listSubscriptions: SnsOperation<"ListSubscriptions"> = async (ctx, input) => {
  const source = { records: ownedSubscriptions, prefix: [ctx.region, ctx.accountId] };
  const request = { token: input.NextToken, limit: PAGE_SIZE };
  return ctx.store.read((tx) => {
    const page = pageOf(tx, source, request);
    const records = page.items.map(({ name: arn, record: topicId }) =>
      subscriptions.get(tx, [topicId, arn.slice(arn.lastIndexOf(":") + 1)]),
    );
    return {
      Subscriptions: records.flatMap((record) =>
        record === undefined ? [] : [listedSubscription(record)],
      ),
      NextToken: page.token,
    };
  });
};
