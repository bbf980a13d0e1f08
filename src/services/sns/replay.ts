/**
 * Hands archived messages to a subscription, in order and in slices, by a durable timer.
 *
 * A replay without an end goes on until it has caught up with what is published meanwhile, and from
 * then on the subscription hears new messages as any other.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
 */
import type { Timer, WriteTx } from "../../store/store.ts";
import { beginningArchiveMs } from "./archive.ts";
import { Draft } from "./draft.ts";
import { invalidParameter } from "./errors.ts";
import type { FanOutPorts } from "./fan-out.ts";
import { handOver, type Undelivered } from "./hand-over.ts";
import { archived, subscriptions } from "./keys.ts";
import { REPLAY_MESSAGES_MAX } from "./limits.ts";
import { MessageFilter } from "./message-filter.ts";
import { checkReplayPolicy, type Replay } from "./replay-state.ts";
import { type Subscription, saveSubscription } from "./subscription.ts";
import { findTopic, type Topic, type TopicName } from "./topic.ts";

export const REPLAY_TIMER = "sns.replay";

const SLICE_INTERVAL_MS = 1;
/** Sorts behind every sequence number. */
const LAST = "\uffff";

/** The subscription with its replay begun anew, or ended, as its policy says by now. */
export function withReplay(tx: WriteTx, topic: Topic, subscription: Subscription): Subscription {
  const { replayPolicy } = subscription.settings;
  if (replayPolicy === undefined) {
    return { ...subscription, replay: undefined };
  }
  if (beginningArchiveMs(topic, tx.nowMs) === undefined) {
    throw invalidParameter("ReplayPolicy: the topic has no ArchivePolicy");
  }
  const { region, accountId, name } = topic;
  const payload: TopicName = { region, accountId, name };
  tx.after({ dueMs: tx.nowMs, kind: REPLAY_TIMER, key: [topic.id, subscription.id], payload });
  const replay: Replay = {
    status: "Pending",
    ...checkReplayPolicy(replayPolicy),
    askedMs: tx.nowMs,
  };
  return { ...subscription, replay };
}

/** One slice; reports what nobody took. */
export function runReplay(tx: WriteTx, ports: FanOutPorts, timer: Timer): readonly Undelivered[] {
  const subscription = subscriptions.get(tx, timer.key);
  const topic = findTopic(tx, timer.payload as TopicName);
  if (subscription?.replay === undefined || topic === undefined || !isOpen(subscription.replay)) {
    return [];
  }
  const beginningMs = beginningArchiveMs(topic, tx.nowMs);
  if (beginningMs === undefined) {
    saveSubscription(tx, withStatus(subscription, { status: "Failed" }));
    return [];
  }
  if (subscription.pendingToken !== undefined) {
    return [];
  }
  return replaySlice(tx, ports, { timer, topic, subscription, beginningMs });
}

interface Slice {
  readonly timer: Timer;
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly beginningMs: number;
}

function replaySlice(tx: WriteTx, ports: FanOutPorts, slice: Slice): readonly Undelivered[] {
  const { timer, topic, subscription, beginningMs } = slice;
  const { replay } = subscription;
  if (replay === undefined) {
    return [];
  }
  const undelivered: Undelivered[] = [];
  let after = replay.after;
  let count = 0;
  for (const { id, record } of archived.list(tx, {
    prefix: [topic.id],
    ...(after === undefined
      ? { from: [topic.id, Math.max(replay.startMs, beginningMs)] }
      : { after: [topic.id, ...after] }),
    ...(replay.endMs !== undefined && { through: [topic.id, replay.endMs, LAST] }),
    limit: REPLAY_MESSAGES_MAX,
  })) {
    const { publication, publishedMs, endpoint } = record;
    if (new MessageFilter(ports.compilePolicy, publication).lets(subscription)) {
      const isReplayed = publishedMs <= replay.askedMs;
      const given = { topic, publication, publishedMs, endpoint, isReplayed };
      const draft = new Draft(tx, ports.signer, given);
      const failure = handOver(tx, ports, subscription, draft);
      undelivered.push(...(failure === undefined ? [] : [failure]));
    }
    after = [id[1] as number, id[2] as string];
    count += 1;
  }
  if (count === REPLAY_MESSAGES_MAX) {
    saveSubscription(tx, withStatus(subscription, { status: "In progress", after }));
    tx.after({ ...timer, dueMs: tx.nowMs + SLICE_INTERVAL_MS });
  } else {
    saveSubscription(tx, withStatus(subscription, { status: "Completed", after }));
  }
  return undelivered;
}

function isOpen({ status }: Replay): boolean {
  return status === "Pending" || status === "In progress";
}

function withStatus(subscription: Subscription, change: Partial<Replay>): Subscription {
  const { replay } = subscription;
  return replay === undefined
    ? subscription
    : { ...subscription, replay: { ...replay, ...change } };
}
