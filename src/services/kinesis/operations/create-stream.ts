import { requireOnDemandStream, requireShards } from "../account.ts";
import { streamExists, validation } from "../errors.ts";
import { nextNumber } from "../keys.ts";
import { ON_DEMAND_SHARDS, RECORD_KIB_DEFAULT, RETENTION_HOURS_MIN } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { withFirstShards } from "../resharding.ts";
import { findStream, type Stream, type StreamMode } from "../stream.ts";
import { requireOnDemand } from "../stream-mode.ts";
import { withTags } from "../tags.ts";
import { putStream } from "../transition.ts";
import { requireCommitment } from "../warm-throughput.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export const createStream: KinesisOperation<"CreateStream"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const id = { accountId, region, name: input.StreamName };
  const mode = (input.StreamModeDetails?.StreamMode ?? "PROVISIONED") as StreamMode;
  const { WarmThroughputMiBps: warmMibps, ShardCount } = input;
  const count = firstShards(mode, ShardCount, warmMibps);
  const distributesItself = input.RecordDistributionStrategy === "AUTO";
  if (distributesItself) {
    requireOnDemand(mode);
  }
  const tags = withTags({}, input.Tags ?? {}, `stream ${id.name} under account ${accountId}`);
  await ctx.store.write((tx) => {
    if (findStream(tx, id) !== undefined) {
      throw streamExists(id);
    }
    if (mode === "ON_DEMAND") {
      requireOnDemandStream(tx, ctx);
    } else {
      requireShards(tx, ctx, count);
    }
    if (warmMibps !== undefined) {
      requireCommitment(tx, ctx);
    }
    const empty: Stream = {
      ...id,
      number: nextNumber(tx),
      createdMs: tx.nowMs,
      status: "CREATING",
      mode,
      retentionHours: RETENTION_HOURS_MIN,
      recordKibMax: input.MaxRecordSizeInKiB ?? RECORD_KIB_DEFAULT,
      metrics: [],
      tags,
      ...(warmMibps !== undefined && { warmMibps }),
      ...(distributesItself && { distributesItself }),
      shardCount: 0,
      open: [],
      isTrimmed: false,
      scaledMs: [],
      modeChangedMs: [],
    };
    putStream(tx, withFirstShards(tx, empty, count), "CREATING", ctx.transitions);
  });
};

function firstShards(
  mode: StreamMode,
  count: number | undefined,
  warmMibps: number | undefined,
): number {
  if (mode === "ON_DEMAND") {
    if (count !== undefined) {
      // https://github.com/aws/aws-cdk/issues/18139
      throw validation("ShardCount is not expected when StreamMode=ON_DEMAND");
    }
    return Math.max(ON_DEMAND_SHARDS, warmMibps ?? 0);
  }
  if (warmMibps !== undefined) {
    throw validation("WarmThroughputMiBps is only supported for streams in ON_DEMAND mode.");
  }
  if (count === undefined) {
    throw validation("ShardCount must be specified for a stream in PROVISIONED mode.");
  }
  return count;
}
