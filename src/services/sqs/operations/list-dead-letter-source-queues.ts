import { parseArn } from "../../../base/arn.ts";
import { pageOf } from "../../pages.ts";
import { deadLetterSources } from "../keys.ts";
import { nextToken, pageRequest } from "../pagination.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueArn, queueNameOfArn, queueNameOfUrl, queueUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html */
export const listDeadLetterSourceQueues: SqsOperation<"ListDeadLetterSourceQueues"> = async (
  ctx,
  input,
) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const request = pageRequest(input);
  const page = await ctx.store.read((tx) => {
    const targetArn = queueArn(existingQueue(tx, name));
    return pageOf(tx, { records: deadLetterSources, prefix: [targetArn] }, request);
  });
  const sources = page.items.flatMap((item) => {
    const arn = parseArn(item.name);
    return arn === undefined ? [] : [queueNameOfArn(arn)];
  });
  return {
    queueUrls: sources.map((source) => queueUrl(ctx.endpoint, source)),
    NextToken: nextToken(input, page.token),
  };
};
