/**
 * The archive of a FIFO topic: what was published, in order, for as long as its policy says.
 *
 * Rows beyond that are out of sight at once, and taken away within the hour. Taking the policy away
 * takes them all.
 *
 * Source: https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html
 */
import type { Timer, WriteTx } from "../../store/store.ts";
import { archiveDaysOf } from "./archive-policy.ts";
import { archived } from "./keys.ts";
import { ARCHIVE_REMOVAL_MAX } from "./limits.ts";
import type { Publication } from "./publication.ts";
import { findTopic, type Topic, type TopicName } from "./topic.ts";

export const ARCHIVE_TIMER = "sns.archive";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SLICE_INTERVAL_MS = 1;

export interface Archived {
  readonly publication: Publication;
  readonly publishedMs: number;
  /** The engine as links in the notification name it. */
  readonly endpoint: string;
}

/** Keeps what was published, when the topic has an archive. */
export function archive(tx: WriteTx, topic: Topic, entry: Archived): void {
  const { publication, publishedMs } = entry;
  const retentionMs = retentionMsOf(topic);
  if (retentionMs === undefined || publication.sequenceNumber === undefined) {
    return;
  }
  archived.put(tx, [topic.id, publishedMs, publication.sequenceNumber], entry);
  armRemoval(tx, topic, publishedMs + retentionMs);
}

/** The earliest point that a replay can begin at; `undefined` without an archive. */
export function beginningArchiveMs(topic: Topic, nowMs: number): number | undefined {
  const retentionMs = retentionMsOf(topic);
  return retentionMs === undefined || topic.archivedSinceMs === undefined
    ? undefined
    : Math.max(topic.archivedSinceMs, nowMs - retentionMs);
}

function retentionMsOf(topic: Topic): number | undefined {
  const policy = topic.attributes["ArchivePolicy"];
  const days = policy === undefined ? undefined : archiveDaysOf(policy);
  return days === undefined ? undefined : days * DAY_MS;
}

/** For a topic that archives no longer, or is gone. */
export function clearArchive(tx: WriteTx, topic: Topic): void {
  armRemoval(tx, topic, tx.nowMs - 2 * HOUR_MS);
}

function armRemoval(tx: WriteTx, { id, region, accountId, name }: Topic, expiresMs: number): void {
  const dueMs = Math.max(tx.nowMs, Math.floor(expiresMs / HOUR_MS + 1) * HOUR_MS);
  const payload: TopicName = { region, accountId, name };
  tx.after({ dueMs, kind: ARCHIVE_TIMER, key: [id], payload });
}

export function runArchiveRemoval(tx: WriteTx, timer: Timer): void {
  const [topicId] = timer.key as [string];
  const topic = findTopic(tx, timer.payload as TopicName);
  const beginningMs = topic?.id === topicId ? beginningArchiveMs(topic, tx.nowMs) : undefined;
  const count = archived.clear(tx, {
    prefix: [topicId],
    ...(beginningMs !== undefined && { until: [topicId, beginningMs] }),
    limit: ARCHIVE_REMOVAL_MAX,
  });
  if (count === ARCHIVE_REMOVAL_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs + SLICE_INTERVAL_MS });
    return;
  }
  // What remains has a timer of its own, unless it is kept for longer than when it was archived.
  for (const _ of archived.list(tx, { prefix: [topicId], limit: 1 })) {
    tx.after({ ...timer, dueMs: tx.nowMs + DAY_MS });
  }
}
