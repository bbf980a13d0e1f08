import { pageOf } from "../../pages.ts";
import { topics } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import type { SnsOperation } from "../ports.ts";
import { topicArn } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export const listTopics: SnsOperation<"ListTopics"> = async (ctx, input) => {
  const source = { records: topics, prefix: [ctx.region, ctx.accountId] };
  const request = { token: input.NextToken, limit: PAGE_SIZE };
  const page = await ctx.store.read((tx) => pageOf(tx, source, request));
  return {
    Topics: page.items.map(({ record }) => ({ TopicArn: topicArn(record) })),
    NextToken: page.token,
  };
};
