/** A publication into a topic, inside a transaction: admitted, archived, fanned out. */
import type { WriteTx } from "../../store/store.ts";
import { archive } from "./archive.ts";
import { type FanOutPorts, fanOut } from "./fan-out.ts";
import { admit, type PublishReceipt } from "./fifo.ts";
import type { Undelivered } from "./hand-over.ts";
import type { Publication } from "./publication.ts";
import { isFifoTopic, type Topic } from "./topic.ts";

export interface Published {
  readonly receipt: PublishReceipt;
  /** What neither a subscription nor its dead-letter queue took. */
  readonly undelivered: readonly Undelivered[];
}

export interface Publishing {
  readonly topic: Topic;
  readonly publication: Publication;
  /** The engine as links in the notification name it. */
  readonly endpoint: string;
}

/** Throws the `AwsError` for what a FIFO topic refuses, before anything is written. */
export function publishTo(
  tx: WriteTx,
  ports: FanOutPorts,
  { topic, publication, endpoint }: Publishing,
): Published {
  const publishedMs = tx.nowMs;
  if (!isFifoTopic(topic)) {
    const undelivered = fanOut(tx, ports, { topic, publication, publishedMs, endpoint });
    return { receipt: { messageId: publication.messageId }, undelivered };
  }
  const admission = admit(tx, topic, publication);
  if (!admission.isNew) {
    return { receipt: admission.receipt, undelivered: [] };
  }
  const { publication: admitted } = admission;
  archive(tx, topic, { publication: admitted, publishedMs, endpoint });
  return {
    receipt: { messageId: admitted.messageId, sequenceNumber: admitted.sequenceNumber },
    undelivered: fanOut(tx, ports, { topic, publication: admitted, publishedMs, endpoint }),
  };
}
