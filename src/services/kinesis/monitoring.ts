/**
 * Which shard-level metrics a stream is to have.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
import type { Output } from "../../wire/operations.ts";
import type { KinesisContext } from "./ports.ts";
import { activeStream, type StreamReference, streamArn } from "./stream.ts";
import { putStream } from "./transition.ts";

const METRICS: readonly string[] = [
  "IncomingBytes",
  "IncomingRecords",
  "IteratorAgeMilliseconds",
  "OutgoingBytes",
  "OutgoingRecords",
  "ReadProvisionedThroughputExceeded",
  "WriteProvisionedThroughputExceeded",
];

interface Request extends StreamReference {
  readonly ShardLevelMetrics: readonly string[];
}

export function changeMonitoring(
  ctx: KinesisContext,
  operation: "EnableEnhancedMonitoring" | "DisableEnhancedMonitoring",
  input: Request,
): Promise<Output<"kinesis", "EnableEnhancedMonitoring">> {
  const { ShardLevelMetrics: given } = input;
  const named = given.includes("ALL") ? METRICS : given;
  return ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, operation, input);
    const metrics = METRICS.filter((metric) =>
      operation === "EnableEnhancedMonitoring"
        ? named.includes(metric) || stream.metrics.includes(metric)
        : stream.metrics.includes(metric) && !named.includes(metric),
    );
    putStream(tx, { ...stream, metrics }, "UPDATING", ctx.transitions);
    return {
      StreamName: stream.name,
      StreamARN: streamArn(stream),
      CurrentShardLevelMetrics: stream.metrics,
      DesiredShardLevelMetrics: metrics,
    };
  });
}
