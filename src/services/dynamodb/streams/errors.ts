/** The errors of DynamoDB Streams. */
import { AwsError } from "../../../wire/aws-error.ts";

export function streamNotFound(arn: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `Requested resource not found: Stream: ${arn} not found`,
  });
}

export function shardNotFound(arn: string, shardId: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `Requested resource not found: Shard: ${shardId} in stream: ${arn} not found`,
  });
}

export function trimmedDataAccess(): AwsError {
  return new AwsError({
    code: "TrimmedDataAccessException",
    message: "The operation attempted to read past the oldest stream record in a shard.",
  });
}

export function expiredIterator(): AwsError {
  return new AwsError({
    code: "ExpiredIteratorException",
    message:
      "The shard iterator has expired and can no longer be used to retrieve stream records. " +
      "A shard iterator expires 15 minutes after it is retrieved using the GetShardIterator action.",
  });
}
