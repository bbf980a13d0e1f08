/** Which queue a message goes to that was received too often. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { MessageRow } from "./message-row.ts";
import { findQueue, type Queue, queueNameOfArn } from "./queue.ts";

/** `undefined` while the message may be received again, or when the target is not there. */
export function deadLetterQueueFor(tx: ReadTx, queue: Queue, row: MessageRow): Queue | undefined {
  const policy = queue.settings.redrivePolicy;
  if (policy === undefined || row.receiveCount < policy.maxReceiveCount) {
    return undefined;
  }
  const arn = parseArn(policy.deadLetterTargetArn);
  const target = arn && findQueue(tx, queueNameOfArn(arn));
  const isSameKind = (target?.settings.fifo === undefined) === (queue.settings.fifo === undefined);
  return isSameKind ? target : undefined;
}

/** The row of a dead letter in its new queue: received by nobody there yet. */
export function buriedRow(row: MessageRow, sourceArn: string): MessageRow {
  return {
    ...row,
    moved: false,
    receiveCount: 0,
    earlierReceiveCount: row.earlierReceiveCount + row.receiveCount,
    deadLetterSourceArn: sourceArn,
  };
}
