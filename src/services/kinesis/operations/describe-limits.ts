import { usageOf } from "../account.ts";
import { ON_DEMAND_STREAMS_MAX, shardsMax } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html */
export const describeLimits: KinesisOperation<"DescribeLimits"> = (ctx) =>
  ctx.store.read((tx) => {
    const { openShards, onDemandStreams } = usageOf(tx, ctx);
    return {
      ShardLimit: shardsMax(ctx.region),
      OpenShardCount: openShards,
      OnDemandStreamCount: onDemandStreams,
      OnDemandStreamCountLimit: ON_DEMAND_STREAMS_MAX,
    };
  });
