/** Events that Lambda fetches: queues and streams, through event source mappings. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
} from "./function-event.ts";
import { destinationPolicy } from "./policies.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import { ref } from "./sam-resource.ts";

/** Properties that an event has by the name the mapping has them. */
const PASSED_ON = [
  "BatchSize",
  "BisectBatchOnFunctionError",
  "DestinationConfig",
  "Enabled",
  "FilterCriteria",
  "FunctionResponseTypes",
  "KmsKeyArn",
  "LoggingConfig",
  "MaximumBatchingWindowInSeconds",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "MetricsConfig",
  "ParallelizationFactor",
  "ProvisionedPollerConfig",
  "ScalingConfig",
  "StartingPosition",
  "StartingPositionTimestamp",
  "TumblingWindowInSeconds",
] as const;

/** The property that names the source, and the managed policy that lets the function read it. */
const SOURCES: Readonly<Record<string, { readonly property: string; readonly policy: string }>> = {
  DynamoDB: { property: "Stream", policy: "AWSLambdaDynamoDBExecutionRole" },
  Kinesis: { property: "Stream", policy: "AWSLambdaKinesisExecutionRole" },
  SQS: { property: "Queue", policy: "AWSLambdaSQSQueueExecutionRole" },
};

export function isPullEvent(type: string): boolean {
  return SOURCES[type] !== undefined;
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html */
export function pullEvent(event: FunctionEvent): EventResult {
  const source = SOURCES[event.type];
  if (source === undefined) {
    throw resourceError(event.logicalId, `${event.type} is no source that Lambda reads`);
  }
  const properties = eventProperties(event, {
    required: [source.property],
    optional: [...PASSED_ON],
  });
  const passed: Record<string, Value | undefined> = {};
  for (const name of PASSED_ON) {
    passed[name] = properties[name];
  }
  const { config, policy } = onFailure(event, properties["DestinationConfig"]);
  return {
    resources: [
      [
        event.logicalId,
        mapping(event, {
          ...passed,
          DestinationConfig: config,
          EventSourceArn: properties[source.property],
        }),
      ],
    ],
    managedPolicy: source.policy,
    policy,
  };
}

export function mapping(
  event: FunctionEvent,
  properties: Readonly<Record<string, Value | undefined>>,
): ValueObject {
  return eventResource(event, "AWS::Lambda::EventSourceMapping", {
    ...properties,
    FunctionName: ref(event.aliasId ?? event.function.logicalId),
  });
}

/** `Type` says which policy the role gets; it is not the mapping's. */
function onFailure(
  event: FunctionEvent,
  config: Value | undefined,
): { readonly config: Value | undefined; readonly policy: ValueObject | undefined } {
  const failure = isObject(config) ? config["OnFailure"] : undefined;
  if (!isObject(config) || !isObject(failure)) {
    return { config, policy: undefined };
  }
  const { Type: type, ...passedOn } = failure;
  if (type !== undefined && type !== "SQS" && type !== "SNS") {
    throw samNotSupported(`DestinationConfig.OnFailure.Type ${String(type)}`, event.logicalId);
  }
  return {
    config: { ...config, OnFailure: passedOn },
    policy: destinationPolicy(type, passedOn["Destination"] ?? "", event.logicalId),
  };
}
