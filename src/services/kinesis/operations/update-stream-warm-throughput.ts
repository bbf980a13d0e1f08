import { validation } from "../errors.ts";
import type { KinesisOperation } from "../ports.ts";
import { withUniformShards } from "../resharding.ts";
import { activeStream, shownWarmThroughput, streamArn } from "../stream.ts";
import { putStream } from "../transition.ts";
import { requireCommitment } from "../warm-throughput.ts";

/**
 * A stream gets as many shards as the throughput takes; it loses none.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html
 */
export const updateStreamWarmThroughput: KinesisOperation<"UpdateStreamWarmThroughput"> = (
  ctx,
  input,
) =>
  ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, "UpdateStreamWarmThroughput", input);
    if (stream.mode === "PROVISIONED") {
      throw validation("WarmThroughputMiBps is only supported for streams in ON_DEMAND mode.");
    }
    requireCommitment(tx, ctx);
    const { WarmThroughputMiBps: warmMibps } = input;
    const isMore = warmMibps > stream.open.length;
    const scaled = isMore ? withUniformShards(tx, stream, warmMibps) : stream;
    const changed = { ...scaled, warmMibps };
    putStream(tx, changed, "UPDATING", ctx.transitions);
    return {
      StreamName: stream.name,
      StreamARN: streamArn(stream),
      ...shownWarmThroughput(changed),
    };
  });
