/**
 * The key layout of SQS.
 *
 * | key                                                              | value                      |
 * |------------------------------------------------------------------|----------------------------|
 * | sqs queue, region, account, name                                 | `Queue`                    |
 * | sqs tags, queue id                                               | tag values by key          |
 * | sqs dead-letter-source, target ARN, source ARN                   | `null`                     |
 * | sqs message, queue id, generation, visible at (ms), message key  | a row: `message-row.ts`    |
 * | sqs content, message key                                         | content too long for a row |
 * | sqs moved, message key                                           | visible at (ms)            |
 * | sqs lane, queue id, generation, group, visible at, message key   | a row, as above            |
 * | sqs lane-due, queue id, generation, first visible at, group      | `null`                     |
 * | sqs tenant, queue id, generation, group                          | `Tenant`                   |
 * | sqs in-flight, queue id, generation                              | how many, of all groups    |
 * | sqs total, queue id, generation, shard                           | how many messages          |
 * | sqs move-task, source queue id, task id                          | `MoveTask`: `move-task.ts` |
 * | sqs moving, region, account, source queue id                     | task id                    |
 * | sqs fifo-message, queue id, generation, group, message key       | visible at, then a row     |
 * | sqs group, queue id, generation, group                           | `GroupState`               |
 * | sqs group-due, queue id, generation, due (ms), group             | `null`                     |
 * | sqs brief, queue id, kind, ...id                                 | `Brief`: `brief.ts`        |
 * | sqs brief-expiry, queue id, expires (ms), kind, ...id            | `null`                     |
 *
 * Standard queues: messages are ordered by the time from which they are visible, so a receive is one
 * range scan from the front of its queue that ends at the first message that is still hidden. Hiding
 * a message (receive, change of visibility) moves its row along that axis. A receipt handle names
 * the row's place; only a change of visibility, which is rare, leaves a `moved` row behind so that
 * the handle still finds the message. Sending is one put, receiving a delete and a put, deleting one
 * delete.
 *
 * Standard queues with message groups (fair queues, `fair-lane.ts`): what is visible waits in the lane
 * of its group instead, ordered as above; what is hidden stays on the axis of the queue, and enters
 * its lane once a receive finds it visible. `lane-due` has one row a lane that is not empty.
 *
 * FIFO queues: messages are ordered within their group, and stay where they are. `group-due` has one
 * row for each group that holds messages, ordered by when it may hand out its next one, so a receive
 * scans groups as above and then takes from the front of each. Which messages of a group are in
 * flight is in its `group` row. Deduplication ids and receive attempts are kept for five minutes.
 *
 * How many messages a queue holds is kept in a few rows, so that senders seldom meet on one. How many
 * of them are hidden is counted when somebody asks (`message-counts.ts`).
 *
 * A purge raises the queue's generation: everything older is out of reach at once, and removed in
 * slices afterwards (`removal.ts`). Message keys are ordered ids, unique in the store.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { Queue } from "./queue.ts";

export const queues: Collection<Queue> = rememberingCollection("sqs", "queue");
export const queueTags: Collection<Readonly<Record<string, string>>> = collection("sqs", "tags");
export const deadLetterSources: Collection<null> = collection("sqs", "dead-letter-source");
export const movedMessages: Collection<number> = collection("sqs", "moved");

/** The messages of one generation of a queue. */
export interface Pile {
  readonly queueId: string;
  readonly generation: number;
}

/** Where the row of a message in a standard queue is. */
export interface Place extends Pile {
  readonly visibleAtMs: number;
  readonly messageKey: string;
}

export function pileOf(queue: Queue): Pile {
  return { queueId: queue.id, generation: queue.generation };
}

export function pilePrefix(pile: Pile): Key {
  return ["sqs", "message", pile.queueId, pile.generation];
}

export function rowKey(place: Place): Key {
  return [...pilePrefix(place), place.visibleAtMs, place.messageKey];
}

export function placeOf(pile: Pile, key: Key): Place {
  return {
    queueId: pile.queueId,
    generation: pile.generation,
    visibleAtMs: key[4] as number,
    messageKey: key[5] as string,
  };
}

/** Where the row of a message is that waits in the lane of its group. */
export interface LanePlace extends Place {
  /** Empty for messages without a group, which share a lane. */
  readonly group: string;
}

export function lanesPrefix(pile: Pile): Key {
  return ["sqs", "lane", pile.queueId, pile.generation];
}

export function laneKey(place: LanePlace): Key {
  return [...lanesPrefix(place), place.group, place.visibleAtMs, place.messageKey];
}

export function lanePlaceOf(pile: Pile, key: Key): LanePlace {
  return {
    queueId: pile.queueId,
    generation: pile.generation,
    group: key[4] as string,
    visibleAtMs: key[5] as number,
    messageKey: key[6] as string,
  };
}

/** Where in a lane a message is. */
export interface LanePosition {
  readonly visibleAtMs: number;
  readonly messageKey: string;
}

/** A message group of a standard queue. It has a row while messages wait or are in flight. */
export interface Tenant {
  /** The first message of its lane; `null` while the lane is empty. */
  readonly first: LanePosition | null;
  readonly inFlight: number;
  /** Up to ten seconds too early. */
  readonly lastSentMs: number;
}

/** By queue id, generation and group. */
export const tenants: Collection<Tenant> = collection("sqs", "tenant");
/** By queue id, generation, when the first message became visible, and group. */
export const dueLanes: Collection<null> = collection("sqs", "lane-due");
/** By queue id and generation. */
export const inFlightTotals: Collection<number> = collection("sqs", "in-flight");

export function contentKey(messageKey: string): Key {
  return ["sqs", "content", messageKey];
}

/** Where the row of a message in a FIFO queue is. */
export interface FifoPlace extends Pile {
  readonly group: string;
  readonly messageKey: string;
}

export function fifoPilePrefix(pile: Pile): Key {
  return ["sqs", "fifo-message", pile.queueId, pile.generation];
}

export function fifoRowKey(place: FifoPlace): Key {
  return [...fifoPilePrefix(place), place.group, place.messageKey];
}

export function fifoPlaceOf(pile: Pile, key: Key): FifoPlace {
  return {
    queueId: pile.queueId,
    generation: pile.generation,
    group: key[4] as string,
    messageKey: key[5] as string,
  };
}

/** What a group that holds messages waits for. */
export interface GroupState {
  /** When it may hand out its next message: where its `group-due` row is. */
  readonly dueMs: number;
  /** Keys of messages that were handed out last and not deleted since. */
  readonly inFlight: readonly string[];
}

/** By queue id, generation and group. */
export const groups: Collection<GroupState> = collection("sqs", "group");
/** By queue id, generation, due time and group. */
export const dueGroups: Collection<null> = collection("sqs", "group-due");

/** The signal of a queue: something in it became visible, or will sooner than it would have. */
export function queueTopic(queueId: string): string {
  return `sqs:${queueId}`;
}
