/**
 * The integrations Step Functions knows by name, apart from Lambda and from itself.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from "../../../languages/asl/data/scope.ts";
import type { Pattern } from "../../../languages/asl/resource.ts";
import { withAttributeValues } from "./attribute-texts.ts";
import { callOperation, type OperationTarget } from "./operation-call.ts";
import { type IntegrationPorts, type Task, type TaskOutcome, taskFailure } from "./task.ts";

interface Optimized extends OperationTarget {
  readonly patterns: readonly Pattern[];
  /** Members that AWS takes as JSON, and the operation as text. */
  readonly textMembers?: readonly string[];
}

const ALONE: readonly Pattern[] = ["requestResponse"];
const WITH_TOKEN: readonly Pattern[] = ["requestResponse", "waitForTaskToken"];

/** By service and action, as in the ARN. */
export const OPTIMIZED: Readonly<Record<string, Optimized>> = {
  "dynamodb:getItem": { service: "dynamodb", operation: "GetItem", patterns: ALONE },
  "dynamodb:putItem": { service: "dynamodb", operation: "PutItem", patterns: ALONE },
  "dynamodb:updateItem": { service: "dynamodb", operation: "UpdateItem", patterns: ALONE },
  "dynamodb:deleteItem": { service: "dynamodb", operation: "DeleteItem", patterns: ALONE },
  "events:putEvents": { service: "events", operation: "PutEvents", patterns: WITH_TOKEN },
  "sns:publish": {
    service: "sns",
    operation: "Publish",
    patterns: WITH_TOKEN,
    textMembers: ["Message"],
  },
  "sqs:sendMessage": {
    service: "sqs",
    operation: "SendMessage",
    patterns: WITH_TOKEN,
    textMembers: ["MessageBody"],
  },
};

export async function callOptimized(
  ports: IntegrationPorts,
  task: Task,
  optimized: Optimized,
): Promise<TaskOutcome> {
  const input = isObject(task.input) ? task.input : {};
  if (optimized.operation === "PutEvents") {
    return putEvents(ports, { ...task, input: withResources(input, task) }, optimized);
  }
  const read =
    optimized.service === "dynamodb"
      ? withAttributeValues(input)
      : asText(input, optimized.textMembers ?? []);
  return callOperation(ports, { ...task, input: read }, optimized);
}

function asText(input: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]): [string, Json] => [
      name,
      names.includes(name) && typeof value !== "string" ? JSON.stringify(value) : value,
    ]),
  );
}

/**
 * Events name the execution they come from, and details may be JSON.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
function withResources(input: JsonObject, { execution }: Task): JsonObject {
  const { Entries: entries } = input;
  const origin = [execution.arn, execution.machineArn];
  return {
    ...input,
    Entries: (isArray(entries) ? entries : []).map((entry) => {
      const given = asText(isObject(entry) ? entry : {}, ["Detail"]);
      const { Resources: resources } = given;
      return { ...given, Resources: [...(isArray(resources) ? resources : []), ...origin] };
    }),
  };
}

/** An entry that was not taken fails the task. */
async function putEvents(
  ports: IntegrationPorts,
  task: Task,
  optimized: Optimized,
): Promise<TaskOutcome> {
  const outcome = await callOperation(ports, task, optimized);
  const output = outcome.kind === "succeeded" && isObject(outcome.output) ? outcome.output : {};
  const failed = output.FailedEntryCount;
  return typeof failed === "number" && failed > 0
    ? taskFailure("EventBridge.FailedEntry", JSON.stringify(output))
    : outcome;
}
