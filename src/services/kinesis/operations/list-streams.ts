import { streams } from "../keys.ts";
import { STREAMS_PER_PAGE } from "../limits.ts";
import { readToken, writeToken } from "../page-token.ts";
import type { KinesisOperation } from "../ports.ts";
import { type Stream, streamArn } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html */
export const listStreams: KinesisOperation<"ListStreams"> = (ctx, input) => {
  const { accountId, region } = ctx;
  const limit = input.Limit ?? STREAMS_PER_PAGE;
  return ctx.store.read((tx) => {
    const token = input.NextToken === undefined ? undefined : readToken(input.NextToken, tx.nowMs);
    const after = String(token?.after ?? input.ExclusiveStartStreamName ?? "");
    const range = { prefix: [region, accountId], after: [region, accountId, after] };
    const found: Stream[] = [];
    for (const { record } of streams.list(tx, { ...range, limit: limit + 1 })) {
      found.push(record);
    }
    const page = found.slice(0, limit);
    const hasMore = found.length > limit;
    return {
      StreamNames: page.map(({ name }) => name),
      HasMoreStreams: hasMore,
      StreamSummaries: page.map((stream) => ({
        StreamName: stream.name,
        StreamARN: streamArn(stream),
        StreamStatus: stream.status,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.createdMs),
      })),
      ...(hasMore && {
        NextToken: writeToken({
          of: accountId,
          after: page.at(-1)?.name ?? "",
          issuedMs: tx.nowMs,
        }),
      }),
    };
  });
};
