/** Which queue a message goes to that was received too often. */
import { parseArn } from "../../base/arn.ts";
import type { Hop } from "../../outbox/journal.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { MessageRow } from "./message-row.ts";
import { findQueue, type Queue, queueArn, queueNameOfArn } from "./queue.ts";
import { noteActivity } from "./queue-metrics.ts";

/** `undefined` while the message may be received again, or when there is no other queue to go to. */
export function deadLetterQueueFor(tx: ReadTx, queue: Queue, row: MessageRow): Queue | undefined {
  const policy = queue.settings.redrivePolicy;
  if (policy === undefined || row.receiveCount < policy.maxReceiveCount) {
    return undefined;
  }
  const arn = parseArn(policy.deadLetterTargetArn);
  const target = arn && findQueue(tx, queueNameOfArn(arn));
  const isSameKind = (target?.settings.fifo === undefined) === (queue.settings.fifo === undefined);
  return isSameKind && target?.id !== queue.id ? target : undefined;
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

/** Tells the journal that a message went from one queue to another. */
export function noteMove(
  tx: WriteTx,
  move: { readonly from: Queue; readonly to: Queue; readonly trace: string | undefined },
): void {
  const hop: Hop = {
    atMs: tx.nowMs,
    kind: "delivery",
    source: queueArn(move.from),
    target: queueArn(move.to),
    outcome: "ok",
    trace: move.trace,
  };
  tx.note(hop);
  noteActivity(tx, move.to);
}
