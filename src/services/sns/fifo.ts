/**
 * What a FIFO topic does before it fans out: it refuses what it has seen within five minutes, and
 * numbers what it has not.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html
 */
import { hash } from "node:crypto";
import type { WriteTx } from "../../store/store.ts";
import { invalidParameter } from "./errors.ts";
import { deduplicationExpiries, deduplications, sequences } from "./keys.ts";
import { DEDUPLICATION_MS } from "./limits.ts";
import type { Publication } from "./publication.ts";
import type { Topic } from "./topic.ts";

/** What the publisher is told, the second time as the first. */
export interface PublishReceipt {
  readonly messageId: string;
  readonly sequenceNumber?: string | undefined;
}

export interface Deduplication {
  readonly receipt: PublishReceipt;
  readonly expiresMs: number;
}

export type Admission =
  | { readonly isNew: true; readonly publication: Publication }
  | { readonly isNew: false; readonly receipt: PublishReceipt };

/** More than one, or a burst would never be worked off. */
const EXPIRED_PER_PUBLISH = 2;

export function admit(tx: WriteTx, topic: Topic, publication: Publication): Admission {
  const deduplicationId = deduplicationIdOf(topic, publication);
  const isByGroup = topic.attributes["FifoThroughputScope"] === "MessageGroup";
  const scope = isByGroup ? (publication.groupId ?? "") : "";
  const id = [topic.id, scope, deduplicationId];
  const before = deduplications.get(tx, id);
  if (before !== undefined && tx.nowMs < before.expiresMs) {
    return { isNew: false, receipt: before.receipt };
  }
  const sequenceNumber = nextSequenceNumber(tx, topic);
  const receipt = { messageId: publication.messageId, sequenceNumber };
  forgetExpired(tx, topic.id);
  const expiresMs = tx.nowMs + DEDUPLICATION_MS;
  deduplications.put(tx, id, { receipt, expiresMs });
  deduplicationExpiries.put(tx, [topic.id, expiresMs, scope, deduplicationId], null);
  return { isNew: true, publication: { ...publication, deduplicationId, sequenceNumber } };
}

function deduplicationIdOf(topic: Topic, publication: Publication): string {
  if (publication.deduplicationId !== undefined) {
    return publication.deduplicationId;
  }
  if (topic.attributes["ContentBasedDeduplication"] !== "true") {
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or " +
        "MessageDeduplicationId provided explicitly",
    );
  }
  return hash("sha256", publication.message);
}

const SEQUENCE_STEP = 1000;
const SEQUENCE_DIGITS = 19;

/** 20 digits, as AWS numbers: `10000000000000003000` is the third. */
function nextSequenceNumber(tx: WriteTx, topic: Topic): string {
  const count = (sequences.get(tx, [topic.id]) ?? 0) + 1;
  sequences.put(tx, [topic.id], count);
  return `1${String(count * SEQUENCE_STEP).padStart(SEQUENCE_DIGITS, "0")}`;
}

function forgetExpired(tx: WriteTx, topicId: string): void {
  const range = { prefix: [topicId], until: [topicId, tx.nowMs + 1], limit: EXPIRED_PER_PUBLISH };
  for (const { id } of [...deduplicationExpiries.list(tx, range)]) {
    const [, expiresMs, scope, deduplicationId] = id as [string, number, string, string];
    deduplicationExpiries.delete(tx, id);
    const kept = deduplications.get(tx, [topicId, scope, deduplicationId]);
    if (kept !== undefined && kept.expiresMs <= expiresMs) {
      deduplications.delete(tx, [topicId, scope, deduplicationId]);
    }
  }
}
