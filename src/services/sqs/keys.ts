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
 * FIFO queues: messages are ordered within their group, and stay where they are. `group-due` has one
 * row for each group that holds messages, ordered by when it may hand out its next one, so a receive
 * scans groups as above and then takes from the front of each. Which messages of a group are in
 * flight is in its `group` row. Deduplication ids and receive attempts are kept for five minutes.
 *
 * No row is shared by all messages of a queue: there is no counter to contend for. Counts are taken
 * when somebody asks (`message-counts.ts`).
 *
 * A purge raises the queue's generation: everything older is out of reach at once, and removed in
 * slices afterwards (`removal.ts`). Message keys are ordered ids, unique in the store.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Queue } from "./queue.ts";

export const queues: Collection<Queue> = collection("sqs", "queue");
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
