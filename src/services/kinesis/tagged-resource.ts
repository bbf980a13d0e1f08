/** Streams and consumers as the operations that tag any resource name them. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { RequestContext } from "../service.ts";
import { type Consumer, existingConsumer } from "./consumer.ts";
import { consumers, streams } from "./keys.ts";
import { existingStream, type Stream } from "./stream.ts";
import type { Tags } from "./tags.ts";

export interface TaggedResource {
  readonly tags: Tags;
  /** As messages name it. */
  readonly label: string;
  put(tx: WriteTx, tags: Tags): void;
}

export function taggedResource(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: { readonly ResourceARN: string; readonly StreamId?: string | undefined },
): TaggedResource {
  if (given.StreamId !== undefined) {
    throw notSupported(operation, "StreamId");
  }
  if (!given.ResourceARN.includes("/consumer/")) {
    return ofStream(existingStream(tx, ctx, operation, { StreamARN: given.ResourceARN }));
  }
  const { stream, consumer } = existingConsumer(tx, ctx, operation, {
    ConsumerARN: given.ResourceARN,
  });
  return ofConsumer(stream, consumer);
}

function ofStream(stream: Stream): TaggedResource {
  const { region, accountId, name } = stream;
  return {
    tags: stream.tags,
    label: `stream ${name} under account ${accountId}`,
    put: (tx, tags) => streams.put(tx, [region, accountId, name], { ...stream, tags }),
  };
}

function ofConsumer(stream: Stream, consumer: Consumer): TaggedResource {
  return {
    tags: consumer.tags,
    label: `consumer ${consumer.arn}`,
    put: (tx, tags) => consumers.put(tx, [stream.number, consumer.name], { ...consumer, tags }),
  };
}
