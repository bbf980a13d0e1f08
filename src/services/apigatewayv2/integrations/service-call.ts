/**
 * The operations of AWS services that an HTTP API may call itself, by their subtypes.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
import type { ProtocolName, ServiceName } from "../../../wire/model.ts";

export interface ServiceCall {
  readonly service: ServiceName;
  readonly operation: string;
  /** In which the service answers. */
  readonly protocol: ProtocolName;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** The operation's input: from texts, but for `JSON_PARAMETERS` and `NUMBER_PARAMETERS`. */
  readonly input: (parameters: Readonly<Record<string, unknown>>) => unknown;
}

/** Parameters that are texts with JSON in them; one that holds no JSON stays a text. */
export const JSON_PARAMETERS: ReadonlySet<string> = new Set([
  "AttributeName",
  "AttributeNames",
  "MessageAttributeNames",
  "MessageAttributes",
  "MessageSystemAttributes",
  "Resources",
]);

export const NUMBER_PARAMETERS: ReadonlySet<string> = new Set([
  "DelaySeconds",
  "MaxNumberOfMessages",
  "VisibilityTimeout",
  "WaitTimeSeconds",
]);

type Parameters = Readonly<Record<string, unknown>>;

const asTheyAre = (parameters: Parameters): unknown => parameters;

const SQS = { service: "sqs", protocol: "awsQuery" } as const;
const STATES = { service: "states", protocol: "awsJson1_0", input: asTheyAre } as const;

const SERVICE_CALLS: Readonly<Record<string, ServiceCall>> = {
  "EventBridge-PutEvents": {
    service: "events",
    operation: "PutEvents",
    protocol: "awsJson1_1",
    required: ["Detail", "DetailType", "Source"],
    optional: ["Time", "EventBusName", "Resources", "Region", "TraceHeader"],
    input: ({ Resources, ...entry }) => ({
      Entries: [Resources === undefined ? entry : { ...entry, Resources: listOf(Resources) }],
    }),
  },
  "SQS-SendMessage": {
    ...SQS,
    operation: "SendMessage",
    required: ["QueueUrl", "MessageBody"],
    optional: [
      "DelaySeconds",
      "MessageAttributes",
      "MessageDeduplicationId",
      "MessageGroupId",
      "MessageSystemAttributes",
      "Region",
    ],
    input: asTheyAre,
  },
  "SQS-ReceiveMessage": {
    ...SQS,
    operation: "ReceiveMessage",
    required: ["QueueUrl"],
    optional: [
      "AttributeName",
      "AttributeNames",
      "MaxNumberOfMessages",
      "MessageAttributeNames",
      "ReceiveRequestAttemptId",
      "VisibilityTimeout",
      "WaitTimeSeconds",
      "Region",
    ],
    input: receiveInput,
  },
  "SQS-DeleteMessage": {
    ...SQS,
    operation: "DeleteMessage",
    required: ["ReceiptHandle", "QueueUrl"],
    optional: ["Region"],
    input: asTheyAre,
  },
  "SQS-PurgeQueue": {
    ...SQS,
    operation: "PurgeQueue",
    required: ["QueueUrl"],
    optional: ["Region"],
    input: asTheyAre,
  },
  "Kinesis-PutRecord": {
    service: "kinesis",
    operation: "PutRecord",
    protocol: "awsJson1_1",
    required: ["StreamName", "Data", "PartitionKey"],
    optional: ["SequenceNumberForOrdering", "ExplicitHashKey", "Region"],
    input: asTheyAre,
  },
  "StepFunctions-StartExecution": {
    ...STATES,
    operation: "StartExecution",
    required: ["StateMachineArn"],
    optional: ["Name", "Input", "Region"],
  },
  "StepFunctions-StartSyncExecution": {
    ...STATES,
    operation: "StartSyncExecution",
    required: ["StateMachineArn"],
    optional: ["Name", "Input", "Region", "TraceHeader"],
  },
  "StepFunctions-StopExecution": {
    ...STATES,
    operation: "StopExecution",
    required: ["ExecutionArn"],
    optional: ["Cause", "Error", "Region"],
  },
};

export function serviceCallOf(subtype: string): ServiceCall | undefined {
  return Object.hasOwn(SERVICE_CALLS, subtype) ? SERVICE_CALLS[subtype] : undefined;
}

/** Subtypes of services that are not here. */
export const ABSENT_SUBTYPES: readonly string[] = ["AppConfig-GetConfiguration"];

function receiveInput({ AttributeName, AttributeNames, ...rest }: Parameters): unknown {
  const names = AttributeName ?? AttributeNames;
  const { MessageAttributeNames } = rest;
  return {
    ...rest,
    ...(names !== undefined && { AttributeNames: listOf(names) }),
    ...(MessageAttributeNames !== undefined && {
      MessageAttributeNames: listOf(MessageAttributeNames),
    }),
  };
}

/** A list as JSON, or texts with commas between. */
function listOf(value: unknown): unknown {
  return typeof value === "string" ? value.split(",").map((text) => text.trim()) : value;
}
