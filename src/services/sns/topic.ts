/** A topic: its record and how it is found. */
import { type Arn, formatArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { topicDoesNotExist } from "./errors.ts";
import { topics } from "./keys.ts";

export interface Topic {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  /** Unlike the name never used again: subscriptions belong to it. */
  readonly id: string;
  /** The engine as the topic's creator addressed it, for links in notifications. */
  readonly endpoint: string;
  readonly deletedSubscriptionCount: number;
  /** Attributes that were set, in AWS's names and texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When the archive policy was set: nothing older is in the archive. */
  readonly archivedSinceMs?: number | undefined;
}

export type TopicName = Pick<Topic, "region" | "accountId" | "name">;

export function topicArn(topic: TopicName): string {
  const { region, accountId, name } = topic;
  return formatArn({ service: "sns", region, accountId, resource: name });
}

export function topicNameOf({ region, accountId, resource }: Arn): TopicName {
  return { region, accountId, name: resource };
}

export function isFifoTopic(topic: Topic): boolean {
  return topic.attributes["FifoTopic"] === "true";
}

export function findTopic(tx: ReadTx, { region, accountId, name }: TopicName): Topic | undefined {
  return topics.get(tx, [region, accountId, name]);
}

export function existingTopic(tx: ReadTx, arn: Arn): Topic {
  const topic = findTopic(tx, topicNameOf(arn));
  if (topic === undefined) {
    throw topicDoesNotExist();
  }
  return topic;
}

export function saveTopic(tx: WriteTx, topic: Topic): void {
  topics.put(tx, [topic.region, topic.accountId, topic.name], topic);
}
