import { requireOnDemandStream, requireShards } from "../account.ts";
import { limitExceeded, validation } from "../errors.ts";
import { DAY_MS, MODE_CHANGES_MAX } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { activeStream, type Stream, type StreamMode } from "../stream.ts";
import { putStream } from "../transition.ts";
import { requireCommitment } from "../warm-throughput.ts";

/**
 * The shards stay as they are; a provisioned stream places records by their keys again.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html
 */
export const updateStreamMode: KinesisOperation<"UpdateStreamMode"> = async (ctx, input) => {
  const mode = input.StreamModeDetails.StreamMode as StreamMode;
  const { WarmThroughputMiBps: given } = input;
  if (given !== undefined && mode === "PROVISIONED") {
    throw validation("WarmThroughputMiBps is only supported for streams in ON_DEMAND mode.");
  }
  await ctx.store.write((tx) => {
    const { warmMibps, distributesItself, ...stream } = activeStream(
      tx,
      ctx,
      "UpdateStreamMode",
      input,
    );
    const modeChangedMs = stream.modeChangedMs.filter((ms) => ms > tx.nowMs - DAY_MS);
    if (modeChangedMs.length >= MODE_CHANGES_MAX && mode !== stream.mode) {
      throw limitExceeded(
        `Stream ${stream.name} under account ${stream.accountId} can switch its mode at most ` +
          `${MODE_CHANGES_MAX} times within 24 hours.`,
      );
    }
    if (mode !== stream.mode && mode === "ON_DEMAND") {
      requireOnDemandStream(tx, ctx);
    }
    if (mode !== stream.mode && mode === "PROVISIONED") {
      requireShards(tx, ctx, stream.open.length);
    }
    if (given !== undefined) {
      requireCommitment(tx, ctx);
    }
    const warm = mode === "ON_DEMAND" ? (given ?? warmMibps) : undefined;
    const changed: Stream = {
      ...stream,
      mode,
      modeChangedMs: mode === stream.mode ? modeChangedMs : [...modeChangedMs, tx.nowMs],
      ...(warm !== undefined && { warmMibps: warm }),
      ...(mode === "ON_DEMAND" && distributesItself && { distributesItself }),
    };
    putStream(tx, changed, "UPDATING", ctx.transitions);
  });
};
