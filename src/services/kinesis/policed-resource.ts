/** Streams and consumers as the operations on policies name them: those of the own account. */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { RequestContext } from "../service.ts";
import { existingConsumer } from "./consumer.ts";
import { consumerNotActive, streamNotActive } from "./errors.ts";
import { existingStream, isUsable } from "./stream.ts";

/** Throws unless the resource is there, and done with its creation. */
export function requireResource(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: { readonly ResourceARN: string; readonly StreamId?: string | undefined },
): void {
  if (given.StreamId !== undefined) {
    throw notSupported(operation, "StreamId");
  }
  if (given.ResourceARN.includes("/consumer/")) {
    const found = existingConsumer(tx, ctx, operation, { ConsumerARN: given.ResourceARN });
    if (found.consumer.status !== "ACTIVE") {
      throw consumerNotActive(found.consumer, found.stream);
    }
    return;
  }
  const stream = existingStream(tx, ctx, operation, { StreamARN: given.ResourceARN });
  if (!isUsable(stream)) {
    throw streamNotActive(stream, stream.status);
  }
}
