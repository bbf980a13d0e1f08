/** A queue, and how it is found by what clients hold: its URL, its name, its ARN. */
import { type Arn, formatArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { invalidAddress, queueDoesNotExist } from "./errors.ts";
import { queues } from "./keys.ts";

export interface Queue extends QueueName {
  /** Unlike the name never used again: messages and receipt handles belong to it. */
  readonly id: string;
  /** Raised by a purge; messages of earlier generations are gone. */
  readonly generation: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** When it was last purged, if ever. */
  readonly purgedMs?: number;
  /** A standard queue that was sent a message with a message group: a fair queue from then on. */
  readonly hasGroups?: boolean;
  /** When the timer of its retention is due. */
  readonly retentionDueMs: number;
  readonly settings: QueueSettings;
}

export interface QueueName {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

/** The attributes that can be set. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly maximumMessageSizeBytes: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  /** JSON as stored: compact. */
  readonly policy?: string | undefined;
  readonly redrivePolicy?: RedrivePolicy | undefined;
  readonly redriveAllowPolicy?: RedriveAllowPolicy | undefined;
  readonly kmsMasterKeyId?: string | undefined;
  readonly kmsReuseSeconds: number;
  readonly managedSse: boolean;
  /** Only FIFO queues have it; a queue never changes its kind. */
  readonly fifo?: FifoSettings | undefined;
}

export interface FifoSettings {
  readonly isContentDeduplicated: boolean;
  readonly deduplicationScope: "queue" | "messageGroup";
  readonly throughputLimit: "perQueue" | "perMessageGroupId";
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns?: readonly string[];
}

export function queueArn(queue: QueueName): string {
  return formatArn({
    service: "sqs",
    region: queue.region,
    accountId: queue.accountId,
    resource: queue.name,
  });
}

export function queueUrl(endpoint: string, queue: QueueName): string {
  return `${endpoint}/${queue.accountId}/${queue.name}`;
}

export function queueNameOfArn(arn: Arn): QueueName {
  return { region: arn.region, accountId: arn.accountId, name: arn.resource };
}

const ACCOUNT_ID = /^\d{12}$/;

/**
 * The last two parts of the path are the account and the name, whatever stands before them: clients
 * hold URLs of every host that the engine was or is reached by.
 */
export function queueNameOfUrl(region: string, url: string): QueueName {
  const end = url.endsWith("/") ? url.length - 1 : url.length;
  const nameAt = url.lastIndexOf("/", end - 1);
  const accountAt = url.lastIndexOf("/", nameAt - 1);
  const accountId = url.slice(accountAt + 1, nameAt);
  if (nameAt <= 0 || !ACCOUNT_ID.test(accountId)) {
    throw invalidAddress(url);
  }
  return { region, accountId, name: url.slice(nameAt + 1, end) };
}

export function findQueue(tx: ReadTx, { region, accountId, name }: QueueName): Queue | undefined {
  return queues.get(tx, [region, accountId, name]);
}

export function saveQueue(tx: WriteTx, queue: Queue): void {
  queues.put(tx, [queue.region, queue.accountId, queue.name], queue);
}

/** Stores changed settings, which is a modification that GetQueueAttributes tells of. */
export function saveSettings(tx: WriteTx, queue: Queue, settings: QueueSettings): void {
  saveQueue(tx, { ...queue, settings, modifiedMs: tx.nowMs });
}

export function retentionMs(queue: Queue): number {
  return queue.settings.retentionSeconds * 1000;
}

/** Whether the retention of a message sent at `sentMs` has ended. */
export function isExpired(queue: Queue, sentMs: number, nowMs: number): boolean {
  return sentMs + retentionMs(queue) <= nowMs;
}

export function existingQueue(tx: ReadTx, name: QueueName): Queue {
  const queue = findQueue(tx, name);
  if (queue === undefined) {
    throw queueDoesNotExist();
  }
  return queue;
}
