/** What a queue demands of a message, and what the sender is told. */
import type { Output } from "../../wire/operations.ts";
import {
  invalidParameterValue,
  messageTooLong,
  missingParameter,
  notForThisQueueType,
} from "./errors.ts";
import type { Draft } from "./message.ts";
import type { SentMessage } from "./message-store.ts";
import type { FifoSettings, Queue } from "./queue.ts";

export function checkAdmission(queue: Queue, draft: Draft): void {
  const { content, sizeBytes } = draft;
  if (sizeBytes > queue.settings.maximumMessageSizeBytes) {
    throw messageTooLong(queue.settings.maximumMessageSizeBytes);
  }
  if (queue.settings.fifo !== undefined) {
    checkFifoAdmission(queue.settings.fifo, draft);
  } else if (content.deduplicationId !== undefined) {
    throw notForThisQueueType("MessageDeduplicationId", content.deduplicationId);
  }
}

function checkFifoAdmission(fifo: FifoSettings, { content, delaySeconds }: Draft): void {
  if (content.groupId === undefined) {
    throw missingParameter("MessageGroupId");
  }
  if (content.deduplicationId === undefined && !fifo.isContentDeduplicated) {
    throw invalidParameterValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId " +
        "provided explicitly",
    );
  }
  if (delaySeconds !== undefined && delaySeconds > 0) {
    throw notForThisQueueType("DelaySeconds", delaySeconds);
  }
}

export type SendReceipt = Output<"sqs", "SendMessage"> & {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
};

export function sendReceipt(
  { content, systemAttributesMd5 }: Draft,
  { messageId, sequenceNumber }: SentMessage,
): SendReceipt {
  return {
    MessageId: messageId,
    MD5OfMessageBody: content.bodyMd5,
    MD5OfMessageAttributes: content.attributesMd5,
    MD5OfMessageSystemAttributes: systemAttributesMd5,
    SequenceNumber: sequenceNumber,
  };
}
