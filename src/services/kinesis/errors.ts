/**
 * The errors of Kinesis. Texts are those that clients of AWS were seen to get; where none was found
 * they say the same in its manner.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

/** A stream as messages name it. */
export interface StreamName {
  readonly name: string;
  readonly accountId: string;
}

function error(code: string, message: string): AwsError {
  return new AwsError({ code, message });
}

export const invalidArgument = (message: string): AwsError =>
  error("InvalidArgumentException", message);
export const validation = (message: string): AwsError => error("ValidationException", message);
export const resourceInUse = (message: string): AwsError =>
  error("ResourceInUseException", message);
export const resourceNotFound = (message: string): AwsError =>
  error("ResourceNotFoundException", message);
export const limitExceeded = (message: string): AwsError =>
  error("LimitExceededException", message);

export function streamNotFound({ name, accountId }: StreamName): AwsError {
  return resourceNotFound(`Stream ${name} under account ${accountId} not found.`);
}

export function streamExists({ name, accountId }: StreamName): AwsError {
  return resourceInUse(`Stream ${name} under account ${accountId} already exists.`);
}

export function streamNotActive({ name, accountId }: StreamName, status: string): AwsError {
  return resourceInUse(
    `Stream ${name} under account ${accountId} not ACTIVE, instead in state ${status}`,
  );
}

/** Of the operations that change shards. */
export function shardMissing(shardId: string, { name, accountId }: StreamName): AwsError {
  return resourceNotFound(
    `Could not find shard ${shardId} in stream ${name} under account ${accountId}.`,
  );
}

/** Of the operations that read. */
export function shardDoesNotExist(shardId: string, { name, accountId }: StreamName): AwsError {
  return resourceNotFound(
    `Shard ${shardId} in stream ${name} under account ${accountId} does not exist`,
  );
}

export function shardIsClosed(shardId: string, { name, accountId }: StreamName): AwsError {
  return invalidArgument(
    `Shard ${shardId} in stream ${name} under account ${accountId} has already been merged or ` +
      "split, and thus is not eligible for merging or splitting.",
  );
}

export function rateExceeded(shardId: string, { name, accountId }: StreamName): AwsError {
  return error("ProvisionedThroughputExceededException", rateMessage(shardId, name, accountId));
}

function rateMessage(shardId: string, name: string, accountId: string): string {
  return `Rate exceeded for shard ${shardId} in stream ${name} under account ${accountId}.`;
}

export function expiredIterator(issuedMs: number, nowMs: number, toleratedMs: number): AwsError {
  return error(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${javaDate(issuedMs)} while right now it ` +
      `is ${javaDate(nowMs)} which is further in the future than the tolerated delay of ` +
      `${toleratedMs} milliseconds.`,
  );
}

export function expiredToken(issuedMs: number, nowMs: number, toleratedMs: number): AwsError {
  return error(
    "ExpiredNextTokenException",
    `The pagination token was created at time ${javaDate(issuedMs)} while right now it is ` +
      `${javaDate(nowMs)} which is further in the future than the tolerated delay of ` +
      `${toleratedMs} milliseconds.`,
  );
}

/** `Wed Aug 12 01:12:35 UTC 2015`. */
function javaDate(ms: number): string {
  const [weekday = "", day, month, year, time] = new Date(ms).toUTCString().split(" ");
  return `${weekday.slice(0, 3)} ${month} ${day} ${time} UTC ${year}`;
}

export function consumerNotActive(
  consumer: { readonly name: string; readonly createdMs: number },
  stream: StreamName,
): AwsError {
  return resourceInUse(
    `Consumer ${consumer.name} with creation timestamp ${seconds(consumer.createdMs)} under ` +
      `stream: ${stream.name} , account ${stream.accountId} is not in ACTIVE status.`,
  );
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

export function consumerNotFound(name: string, streamArn: string): AwsError {
  return resourceNotFound(`Consumer ${name}, stream ${streamArn} not found.`);
}

export function dryRun(): AwsError {
  return error(
    "DryRunOperationException",
    "Request would have succeeded, but the DryRun flag is set.",
  );
}

export function accessDenied(action: string, accountId: string, arn: string): AwsError {
  return error(
    "AccessDeniedException",
    `User: arn:aws:iam::${accountId}:root is not authorized to perform: ${action} on resource: ` +
      `${arn} because no resource-based policy allows the ${action} action`,
  );
}
