import { shownConsumer } from "../consumer.ts";
import { invalidArgument, streamNotFound } from "../errors.ts";
import { consumers } from "../keys.ts";
import { CONSUMERS_PER_PAGE } from "../limits.ts";
import { readToken, writeToken } from "../page-token.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html */
export const listStreamConsumers: KinesisOperation<"ListStreamConsumers"> = (ctx, input) => {
  const limit = input.MaxResults ?? CONSUMERS_PER_PAGE;
  return ctx.store.read((tx) => {
    const stream = existingStream(tx, ctx, "ListStreamConsumers", input);
    const created = input.StreamCreationTimestamp?.getTime();
    if (
      created !== undefined &&
      Math.floor(created / 1000) !== Math.floor(stream.createdMs / 1000)
    ) {
      throw streamNotFound(stream);
    }
    const token = input.NextToken === undefined ? undefined : readToken(input.NextToken, tx.nowMs);
    if (token !== undefined && token.of !== stream.number) {
      throw invalidArgument("Invalid NextToken.");
    }
    const prefix = [stream.number];
    const after = [...prefix, String(token?.after ?? "")];
    const found = [...consumers.list(tx, { prefix, after, limit: limit + 1 })];
    const page = found.slice(0, limit).map(({ record }) => record);
    return {
      Consumers: page.map(shownConsumer),
      ...(found.length > limit && {
        NextToken: writeToken({
          of: stream.number,
          after: page.at(-1)?.name ?? "",
          issuedMs: tx.nowMs,
        }),
      }),
    };
  });
};
