import { streams } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { activeStream, type Stream } from "../stream.ts";
import { requireOnDemand } from "../stream-mode.ts";

/**
 * Takes effect at once; records that are there stay in their shards.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html
 */
export const updateStreamRecordDistributionStrategy: KinesisOperation<
  "UpdateStreamRecordDistributionStrategy"
> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const { distributesItself: _, ...stream } = activeStream(
      tx,
      ctx,
      "UpdateStreamRecordDistributionStrategy",
      input,
    );
    const isAuto = input.RecordDistributionStrategy === "AUTO";
    if (isAuto) {
      requireOnDemand(stream.mode);
    }
    const changed: Stream = { ...stream, ...(isAuto && { distributesItself: true }) };
    streams.put(tx, [stream.region, stream.accountId, stream.name], changed);
  });
};
