import { validation } from "./errors.ts";
import type { Stream } from "./stream.ts";

/** Shards of a stream on demand are Kinesis' own business. */
export function requireProvisioned({ mode, name, accountId }: Stream, operation: string): void {
  if (mode === "ON_DEMAND") {
    throw validation(
      `${operation} is not supported for stream ${name} under account ${accountId} because it ` +
        "is in ON_DEMAND mode.",
    );
  }
}
