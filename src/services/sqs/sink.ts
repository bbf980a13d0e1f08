/** SQS as a target of other services: an envelope becomes a message in the sender's transaction. */
import { type Arn, parseArn } from "../../base/arn.ts";
import { ACCEPTED, type Envelope, type Sink } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { checkAdmission } from "./admission.ts";
import { type Draft, draftMessage } from "./message.ts";
import { type MessageAttribute, wireAttributes } from "./message-attributes.ts";
import { messageStoreOf } from "./message-store.ts";
import { existingQueue, queueNameOfArn } from "./queue.ts";
import { noteSent } from "./queue-metrics.ts";

export const sqsSink: Sink = {
  accept(tx, target, envelope) {
    try {
      const queue = existingQueue(tx, queueNameOfArn(target));
      const draft = draftOf(tx, target, envelope);
      checkAdmission(queue, draft);
      messageStoreOf(queue).send(tx, queue, draft);
      noteSent(tx, queue, draft.sizeBytes);
      return ACCEPTED;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return { accepted: false, code: error.code, message: error.message };
    }
  },
};

function draftOf(tx: WriteTx, target: Arn, envelope: Envelope): Draft {
  const attributes: Readonly<Record<string, MessageAttribute>> = envelope.attributes ?? {};
  const source = parseArn(envelope.sourceArn);
  const sender = {
    messageId: tx.random.uuid(),
    senderId: source?.accountId || target.accountId,
  };
  const request = {
    MessageBody: envelope.payload,
    MessageAttributes: wireAttributes(attributes),
    MessageGroupId: envelope.groupId,
    MessageDeduplicationId: envelope.deduplicationId,
    ...(envelope.trace !== undefined && {
      MessageSystemAttributes: {
        AWSTraceHeader: { DataType: "String", StringValue: envelope.trace },
      },
    }),
  };
  return draftMessage(request, sender);
}
