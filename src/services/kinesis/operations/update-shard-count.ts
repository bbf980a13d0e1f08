import { requireShards } from "../account.ts";
import { invalidArgument, limitExceeded } from "../errors.ts";
import { DAY_MS, SCALINGS_MAX } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { withUniformShards } from "../resharding.ts";
import { activeStream, type Stream, streamArn } from "../stream.ts";
import { requireProvisioned } from "../stream-mode.ts";
import { putStream } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
export const updateShardCount: KinesisOperation<"UpdateShardCount"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, "UpdateShardCount", input);
    requireProvisioned(stream, "UpdateShardCount");
    const { TargetShardCount: target } = input;
    const current = stream.open.length;
    const scaledMs = stream.scaledMs.filter((ms) => ms > tx.nowMs - DAY_MS);
    checkTarget(stream, current, target);
    if (scaledMs.length >= SCALINGS_MAX) {
      throw limitExceeded(
        `Stream ${stream.name} under account ${stream.accountId} was scaled ${SCALINGS_MAX} times ` +
          "in the last 24 hours, which is the limit of UpdateShardCount.",
      );
    }
    requireShards(tx, ctx, Math.max(0, target - current));
    const scaled = withUniformShards(tx, stream, target);
    putStream(tx, { ...scaled, scaledMs: [...scaledMs, tx.nowMs] }, "UPDATING", ctx.transitions);
    return {
      StreamName: stream.name,
      StreamARN: streamArn(stream),
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  });

function checkTarget({ name }: Stream, current: number, target: number): void {
  if (target > current * 2) {
    throw invalidArgument(
      "UpdateShardCount cannot scale up over double your current open shard count. " +
        `Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
  if (target < current / 2) {
    throw invalidArgument(
      "UpdateShardCount cannot scale down below half your current open shard count. " +
        `Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
  if (target === current) {
    throw invalidArgument(`Stream ${name} already has ${current} open shards.`);
  }
}
