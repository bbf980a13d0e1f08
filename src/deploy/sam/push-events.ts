/** Events that their source sends: schedules, rules on a bus, topics. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
  functionTarget,
  permission,
  queuePolicy,
} from "./function-event.ts";
import { mapping } from "./pull-events.ts";
import { eventError, resourceError } from "./sam-error.ts";
import { defined, getAtt, ref } from "./sam-resource.ts";

type Entry = readonly [logicalId: string, resource: ValueObject];

const TARGET_ID_LENGTH_MAX = 64;

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedule.html */
export function scheduleEvent(event: FunctionEvent): EventResult {
  const properties = eventProperties(event, {
    required: ["Schedule"],
    optional: [
      "RuleName",
      "Input",
      "Enabled",
      "State",
      "Name",
      "Description",
      "DeadLetterConfig",
      "RetryPolicy",
    ],
  });
  const dead = deadLetters(event, properties["DeadLetterConfig"]);
  const rule = eventResource(event, "AWS::Events::Rule", {
    Description: properties["Description"],
    Name: properties["Name"],
    ScheduleExpression: properties["Schedule"],
    State: stateOf(event, properties),
    Targets: [target(event, properties, dead.arn)],
  });
  return {
    resources: [
      [event.logicalId, rule],
      ...dead.resources,
      permission(event, "events.amazonaws.com", getAtt(event.logicalId, "Arn")),
    ],
  };
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventbridgerule.html */
export function busEvent(event: FunctionEvent): EventResult {
  const properties = eventProperties(event, {
    required: [],
    optional: [
      "EventBusName",
      "RuleName",
      "Pattern",
      "DeadLetterConfig",
      "RetryPolicy",
      "Input",
      "InputPath",
      "Target",
      "Enabled",
      "State",
      "InputTransformer",
    ],
  });
  const dead = deadLetters(event, properties["DeadLetterConfig"]);
  const rule = eventResource(event, "AWS::Events::Rule", {
    EventBusName: properties["EventBusName"],
    EventPattern: properties["Pattern"],
    Name: properties["RuleName"],
    State: stateOf(event, properties),
    Targets: [target(event, properties, dead.arn)],
  });
  return {
    resources: [
      ...dead.resources,
      [event.logicalId, rule],
      permission(event, "events.amazonaws.com", getAtt(event.logicalId, "Arn")),
    ],
  };
}

export function stateOf(event: FunctionEvent, properties: ValueObject): Value | undefined {
  const { State: state, Enabled: enabled } = properties;
  if (state !== undefined && enabled !== undefined) {
    throw eventError(
      event.function.logicalId,
      event.id,
      "State and Enabled Properties cannot both be specified.",
    );
  }
  return enabled === undefined ? state : enabled ? "ENABLED" : "DISABLED";
}

function target(
  event: FunctionEvent,
  properties: ValueObject,
  deadLetterArn: Value | undefined,
): ValueObject {
  const own = properties["Target"];
  const generated = `${event.logicalId}LambdaTarget`;
  const id = isObject(own) ? own["Id"] : undefined;
  return defined({
    Arn: functionTarget(event),
    Id: id ?? generated.slice(0, TARGET_ID_LENGTH_MAX),
    Input: properties["Input"],
    InputPath: properties["InputPath"],
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
    RetryPolicy: properties["RetryPolicy"],
    InputTransformer: properties["InputTransformer"],
  });
}

/** A dead-letter queue that was given, or one made for the rule. */
export function deadLetters(
  event: FunctionEvent,
  config: Value | undefined,
): { readonly arn: Value | undefined; readonly resources: readonly Entry[] } {
  if (!isObject(config)) {
    return { arn: undefined, resources: [] };
  }
  const { Arn: arn, QueueLogicalId: queueId } = config;
  checkDeadLetters(event, config);
  if (arn !== undefined) {
    return { arn, resources: [] };
  }
  const id = typeof queueId === "string" ? queueId : `${event.logicalId}Queue`;
  const policy = queuePolicy(event, {
    principal: { Service: "events.amazonaws.com" },
    sourceArn: getAtt(event.logicalId, "Arn"),
    queueArn: getAtt(id, "Arn"),
    queueUrl: ref(id),
  });
  return {
    arn: getAtt(id, "Arn"),
    resources: [
      [id, eventResource(event, "AWS::SQS::Queue", {})],
      [`${event.logicalId}QueuePolicy`, policy],
    ],
  };
}

/** Either a queue that exists, or one to be made. */
export function checkDeadLetters(
  event: FunctionEvent,
  { Arn: arn, Type: type }: ValueObject,
): void {
  const problem =
    arn !== undefined && type !== undefined
      ? "You can either define 'Arn' or 'Type' property of DeadLetterConfig."
      : type !== undefined && type !== "SQS"
        ? "The only valid value for 'Type' property of DeadLetterConfig is 'SQS'."
        : arn === undefined && type === undefined
          ? "No 'Arn' or 'Type' property provided for DeadLetterConfig."
          : undefined;
  if (problem !== undefined) {
    throw eventError(event.function.logicalId, event.logicalId, problem);
  }
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html */
export function snsEvent(
  event: FunctionEvent,
  topicIsFifo: (topic: Value) => boolean,
): EventResult {
  const properties = eventProperties(event, {
    required: ["Topic"],
    optional: ["Region", "FilterPolicy", "FilterPolicyScope", "SqsSubscription", "RedrivePolicy"],
  });
  const { Topic: topic = "", SqsSubscription: queue } = properties;
  if (queue === undefined || queue === false) {
    const subscription = subscriptionOf(event, "lambda", functionTarget(event));
    return { resources: [permission(event, "sns.amazonaws.com", topic), subscription] };
  }
  return isObject(queue)
    ? queuedTopic(event, queue, [])
    : queuedTopic(event, ownQueue(event), [
        [
          `${event.logicalId}Queue`,
          eventResource(event, "AWS::SQS::Queue", topicIsFifo(topic) ? { FifoQueue: true } : {}),
        ],
      ]);
}

function ownQueue(event: FunctionEvent): ValueObject {
  const id = `${event.logicalId}Queue`;
  return { QueueArn: getAtt(id, "Arn"), QueueUrl: ref(id) };
}

function subscriptionOf(event: FunctionEvent, protocol: string, endpoint: Value): Entry {
  const { Topic, Region, FilterPolicy, FilterPolicyScope, RedrivePolicy } = event.properties;
  const resource = eventResource(event, "AWS::SNS::Subscription", {
    Endpoint: endpoint,
    Protocol: protocol,
    TopicArn: Topic,
    Region,
    FilterPolicy,
    FilterPolicyScope,
    RedrivePolicy,
  });
  return [event.logicalId, resource];
}

/** Topic to queue to function. */
function queuedTopic(
  event: FunctionEvent,
  queue: ValueObject,
  made: readonly Entry[],
): EventResult {
  const { QueueArn: arn, QueueUrl: url, QueuePolicyLogicalId: policyId, BatchSize } = queue;
  if (arn === undefined || url === undefined) {
    throw eventError(event.function.logicalId, event.id, "No QueueARN or QueueURL provided.");
  }
  if (policyId !== undefined && typeof policyId !== "string") {
    throw resourceError(event.logicalId, "QueuePolicyLogicalId must be a string");
  }
  const policy = queuePolicy(event, {
    principal: "*",
    sourceArn: event.properties["Topic"] ?? "",
    queueArn: arn,
    queueUrl: url,
  });
  return {
    resources: [
      [
        `${event.logicalId}EventSourceMapping`,
        mapping(event, { EventSourceArn: arn, BatchSize: BatchSize ?? 10, Enabled: true }),
      ],
      ...made,
      [policyId ?? `${event.logicalId}QueuePolicy`, policy],
      subscriptionOf(event, "sqs", arn),
    ],
    managedPolicy: "AWSLambdaSQSQueueExecutionRole",
  };
}
