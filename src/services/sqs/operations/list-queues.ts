import { pageOf } from "../../pages.ts";
import { queues } from "../keys.ts";
import { nextToken, pageRequest } from "../pagination.ts";
import type { SqsOperation } from "../ports.ts";
import { queueUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export const listQueues: SqsOperation<"ListQueues"> = async (ctx, input) => {
  const request = pageRequest(input);
  const source = {
    records: queues,
    prefix: [ctx.region, ctx.accountId],
    namePrefix: input.QueueNamePrefix,
  };
  const page = await ctx.store.read((tx) => pageOf(tx, source, request));
  const urls = page.items.map(({ record }) => queueUrl(ctx.endpoint, record));
  return {
    QueueUrls: urls.length === 0 ? undefined : urls,
    NextToken: nextToken(input, page.token),
  };
};
