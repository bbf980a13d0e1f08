import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/wire/aws-error.ts";
import { checkInput } from "../../src/wire/check.ts";
import type { ServiceName } from "../../src/wire/model.ts";
import { loadModel } from "../../src/wire/models.ts";

function refusal(service: ServiceName, operation: string, input: unknown): string {
  try {
    checkInput(loadModel(service), operation, input);
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
  return "none";
}

describe("check: what AWS says", () => {
  test.each([
    [
      "a missing member",
      "dynamodb",
      "DescribeTable",
      {},
      "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    ],
    [
      "an empty input",
      "dynamodb",
      "DescribeTable",
      undefined,
      "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a text that is too long",
      "iam",
      "GetRole",
      { RoleName: "a".repeat(65) },
      `ValidationError: 1 validation error detected: Value '${"a".repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      "a name with other characters",
      "iam",
      "GetRole",
      { RoleName: "a b" },
      "ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    ],
    [
      "a number that is too large",
      "ssm",
      "GetParametersByPath",
      { Path: "/", MaxResults: 11 },
      "ValidationException: 1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10",
    ],
    [
      "a value outside its set",
      "kinesis",
      "GetShardIterator",
      { ShardId: "s", ShardIteratorType: "x", StreamName: "s" },
      "ValidationException: 1 validation error detected: Value 'x' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, TRIM_HORIZON, LATEST, AT_TIMESTAMP]",
    ],
    [
      "a pattern",
      "logs",
      "CreateLogGroup",
      { logGroupName: "a b" },
      "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    ],
    [
      "several at once",
      "ssm",
      "PutParameter",
      { Name: "" },
      "ValidationException: 2 validation errors detected: Value null at 'value' failed to satisfy constraint: Member must not be null; Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "a member of a list's element",
      "events",
      "PutTargets",
      { Rule: "r", Targets: [{ Id: "a", Arn: "b" }, { Arn: "b" }] },
      "ValidationException: 1 validation error detected: Value null at 'targets.2.member.id' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a member of a map's value",
      "dynamodb",
      "BatchGetItem",
      { RequestItems: { tbl: {} } },
      "ValidationException: 1 validation error detected: Value null at 'requestItems.tbl.member.keys' failed to satisfy constraint: Member must not be null",
    ],
    [
      "an element of a list",
      "ssm",
      "GetParameters",
      { Names: ["a", ""] },
      "ValidationException: 1 validation error detected: Value '[a, ]' at 'names' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1]",
    ],
    [
      "the keys of a map",
      "kinesis",
      "CreateStream",
      { StreamName: "s", Tags: { "": "v" } },
      "ValidationException: 1 validation error detected: Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
    ],
    [
      "a fraction for a whole number",
      "dynamodb",
      "Query",
      { TableName: "t", Limit: 1.5 },
      "SerializationException: 1.5 is not a valid integer",
    ],
    [
      "a number beyond 32 bits",
      "sqs",
      "SendMessage",
      { QueueUrl: "q", MessageBody: "b", DelaySeconds: 2 ** 40 },
      "SerializationException: 1099511627776 is not a valid integer",
    ],
    [
      "a parameter of SQS",
      "sqs",
      "SendMessage",
      { QueueUrl: "q" },
      "MissingParameter: The request must contain the parameter MessageBody.",
    ],
    [
      "a parameter of an entry of SQS",
      "sqs",
      "SendMessageBatch",
      { QueueUrl: "q", Entries: [{ Id: "a", MessageBody: "b" }, { MessageBody: "b" }] },
      "MissingParameter: The request must contain the parameter SendMessageBatchRequestEntry.2.Id.",
    ],
    [
      "an absent body of S3",
      "s3",
      "PutBucketTagging",
      { Bucket: "b" },
      "MissingRequestBodyError: Request Body is empty",
    ],
    [
      "an incomplete document of S3",
      "s3",
      "PutBucketTagging",
      { Bucket: "b", Tagging: {} },
      "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema",
    ],
  ] as const)("%s", (_, service, operation, input, expected) => {
    expect(refusal(service, operation, input)).toBe(expected);
  });

  test("a sensitive value stays out of the message", () => {
    const input = { Name: "a", Value: "v", Type: "String", Tags: [{ Key: "k", Value: "v" }] };
    expect(refusal("ssm", "PutParameter", { ...input, Value: "" })).not.toContain("''");
    expect(refusal("ssm", "PutParameter", input)).toBe("none");
  });

  test("bytes are shown as Java shows them", () => {
    const record = { StreamName: "s", PartitionKey: "p", Data: new Uint8Array(10_485_761) };
    expect(refusal("kinesis", "PutRecord", record)).toContain(
      "Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'data'",
    );
  });

  test("what the service checks in code is left to it", () => {
    const input = { FunctionName: "f", Role: "arn:aws:iam::000000000000:role/r", Code: {} };
    expect(refusal("lambda", "CreateFunction", { ...input, Runtime: "cobol" })).toBe("none");
    expect(refusal("s3", "ListParts", { Bucket: "b", Key: "", UploadId: "u" })).toBe("none");
  });
});
