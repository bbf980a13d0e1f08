import { consumers } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream, shownDistribution, shownStream, shownWarmThroughput } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html */
export const describeStreamSummary: KinesisOperation<"DescribeStreamSummary"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const stream = existingStream(tx, ctx, "DescribeStreamSummary", input);
    return {
      StreamDescriptionSummary: {
        ...shownStream(stream),
        OpenShardCount: stream.status === "CREATING" ? 0 : stream.open.length,
        ConsumerCount: [...consumers.list(tx, { prefix: [stream.number] })].length,
        MaxRecordSizeInKiB: stream.recordKibMax,
        ...shownDistribution(stream),
        ...shownWarmThroughput(stream),
      },
    };
  });
