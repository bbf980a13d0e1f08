/**
 * Policies that AWS manages. Any of them can be attached by its ARN; of those that serverless
 * applications use most, the documents are here too.
 *
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
import type { Policy as PolicyOutput } from "../../wire/models/iam.gen.ts";
import { idOf } from "./entity-id.ts";
import type { PolicyUsage } from "./policy.ts";

const AWS_MANAGED = /^arn:aws:iam::aws:policy\/((?:[\x21-\x7e]+\/)?)([\w+=,.@-]+)$/;

const WRITE_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/** The actions that each allows on every resource. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  AmazonS3FullAccess: ["s3:*", "s3-object-lambda:*"],
  AmazonSQSFullAccess: ["sqs:*"],
  "service-role/AWSLambdaBasicExecutionRole": WRITE_LOGS,
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...WRITE_LOGS,
  ],
  "service-role/AWSLambdaKinesisExecutionRole": [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    ...WRITE_LOGS,
  ],
  "service-role/AWSLambdaRole": ["lambda:InvokeFunction"],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...WRITE_LOGS,
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
};

export const AWS_MANAGED_VERSION = "v1";

export function isAwsManaged(arn: string): boolean {
  return AWS_MANAGED.test(arn);
}

/** `undefined` where only the ARN is known here. */
export function awsManagedDocument(arn: string): string | undefined {
  const [, path = "", name = ""] = AWS_MANAGED.exec(arn) ?? [];
  const actions = Object.hasOwn(ACTIONS, path + name) ? ACTIONS[path + name] : undefined;
  return (
    actions &&
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
    })
  );
}

export function describeAwsManaged(arn: string, usage: PolicyUsage): PolicyOutput {
  const [, path = "", name = ""] = AWS_MANAGED.exec(arn) ?? [];
  return {
    PolicyName: name,
    PolicyId: idOf("policy", Buffer.from(`${name}${arn}`)),
    Arn: arn,
    Path: `/${path}`,
    DefaultVersionId: AWS_MANAGED_VERSION,
    ...usage,
    IsAttachable: true,
  };
}
