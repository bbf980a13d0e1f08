import type { ReadTx } from "../../../store/store.ts";
import { validation } from "../errors.ts";
import { streamNotFound } from "./errors.ts";
import { horizonId } from "./retention.ts";
import { type Stream, streamKeyOf, streams } from "./stream.ts";

/** The stream of the caller's account and region; a closed one is gone 24 h later. */
export function existingStream(
  tx: ReadTx,
  scope: { readonly accountId: string; readonly region: string },
  arn: string,
): Stream {
  const key = streamKeyOf(arn);
  if (key === undefined) {
    throw validation("Invalid StreamArn");
  }
  const isOwn = key[0] === scope.accountId && key[1] === scope.region;
  const stream = isOwn ? streams.get(tx, key) : undefined;
  if (stream === undefined || !isReadable(stream, tx.nowMs)) {
    throw streamNotFound(arn);
  }
  return stream;
}

export function isReadable({ endId }: Stream, nowMs: number): boolean {
  return endId === undefined || endId >= horizonId(nowMs);
}
