import { invalidArgument, validation } from "./errors.ts";
import type { Stream, StreamMode } from "./stream.ts";

/** Shards of a stream on demand are Kinesis' own business. */
export function requireProvisioned({ mode, name, accountId }: Stream, operation: string): void {
  if (mode === "ON_DEMAND") {
    throw validation(
      `${operation} is not supported for stream ${name} under account ${accountId} because it ` +
        "is in ON_DEMAND mode.",
    );
  }
}

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html */
export function requireOnDemand(mode: StreamMode): void {
  if (mode === "PROVISIONED") {
    throw invalidArgument(
      "RecordDistributionStrategy AUTO is only supported for streams in ON_DEMAND mode.",
    );
  }
}
