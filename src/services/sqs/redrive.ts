/**
 * Redrive policies: where a message goes that is received too often, and who may send there.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { parseArn } from "../../base/arn.ts";
import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { invalidParameter } from "./errors.ts";
import { deadLetterSources } from "./keys.ts";
import { MAX_RECEIVE_COUNT_MAX, REDRIVE_SOURCES_MAX } from "./limits.ts";
import {
  findQueue,
  type Queue,
  type QueueName,
  queueArn,
  queueNameOfArn,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from "./queue.ts";

export function parseRedrivePolicy(text: string): RedrivePolicy {
  const fields = jsonMap("RedrivePolicy", "Redrive policy", text);
  const { deadLetterTargetArn, maxReceiveCount } = fields;
  for (const name of ["deadLetterTargetArn", "maxReceiveCount"]) {
    if (fields[name] === undefined) {
      throw invalid(text, `Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  for (const name of Object.keys(fields)) {
    if (name !== "deadLetterTargetArn" && name !== "maxReceiveCount") {
      throw invalid(
        text,
        `Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].`,
      );
    }
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT_MAX) {
    throw invalid(
      text,
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ` +
        `${MAX_RECEIVE_COUNT_MAX} both inclusive.`,
    );
  }
  if (typeof deadLetterTargetArn !== "string" || parseArn(deadLetterTargetArn)?.service !== "sqs") {
    throw invalid(text, `Invalid value for deadLetterTargetArn.`);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const parameter = "RedriveAllowPolicy";
  const fields = jsonMap(
    parameter,
    "Amazon SQS can't create the redrive allow policy, as it",
    text,
  );
  const { redrivePermission, sourceQueueArns } = fields;
  if (
    redrivePermission !== "allowAll" &&
    redrivePermission !== "denyAll" &&
    redrivePermission !== "byQueue"
  ) {
    throw invalidParameter(parameter, text, "Invalid value for redrivePermission.");
  }
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.length > 0;
  if (isList !== (redrivePermission === "byQueue")) {
    throw invalidParameter(
      parameter,
      text,
      "sourceQueueArns must be given if, and only if, redrivePermission is byQueue.",
    );
  }
  if (!Array.isArray(sourceQueueArns)) {
    return { redrivePermission };
  }
  if (sourceQueueArns.length > REDRIVE_SOURCES_MAX) {
    throw invalidParameter(
      parameter,
      text,
      `The maximum number of sourceQueueArns is ${REDRIVE_SOURCES_MAX}.`,
    );
  }
  return { redrivePermission, sourceQueueArns: sourceQueueArns.map(String) };
}

function jsonMap(parameter: string, what: string, text: string): JsonObject {
  const map = parseJsonObject(text);
  if (map === undefined) {
    throw invalidParameter(parameter, text, `${what} is not a valid JSON map.`);
  }
  return map;
}

function invalid(text: string, reason: string): ReturnType<typeof invalidParameter> {
  return invalidParameter("RedrivePolicy", text, reason);
}

/** Checks that `source` may use the target of its policy. */
export function checkRedrive(tx: ReadTx, source: Queue, policy: RedrivePolicy): void {
  const text = formatRedrivePolicy(policy);
  const arn = parseArn(policy.deadLetterTargetArn);
  const target = arn && findQueue(tx, queueNameOfArn(arn));
  if (target === undefined) {
    throw invalid(text, "Dead letter target does not exist.");
  }
  if (target.accountId !== source.accountId || target.region !== source.region) {
    throw invalid(text, "Dead-letter target owner should be same as the source.");
  }
  if ((target.settings.fifo === undefined) !== (source.settings.fifo === undefined)) {
    throw invalid(text, "Dead-letter queue must be same type of queue as the source.");
  }
  const allow = target.settings.redriveAllowPolicy;
  const isAllowed =
    allow === undefined ||
    allow.redrivePermission === "allowAll" ||
    allow.sourceQueueArns?.includes(queueArn(source)) === true;
  if (!isAllowed) {
    throw invalid(text, "The dead-letter queue does not allow this queue as a source.");
  }
}

export function formatRedrivePolicy(policy: RedrivePolicy): string {
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
}

/** Keeps the list that ListDeadLetterSourceQueues reads. */
export function indexRedrive(
  tx: WriteTx,
  source: QueueName,
  change: { readonly from: RedrivePolicy | undefined; readonly to: RedrivePolicy | undefined },
): void {
  const sourceArn = queueArn(source);
  if (change.from !== undefined) {
    deadLetterSources.delete(tx, [change.from.deadLetterTargetArn, sourceArn]);
  }
  if (change.to !== undefined) {
    deadLetterSources.put(tx, [change.to.deadLetterTargetArn, sourceArn], null);
  }
}
