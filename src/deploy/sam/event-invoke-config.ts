/** Where asynchronous results and failures of a function go; queues and topics are made on demand. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { destinationPolicy } from "./policies.ts";
import { resourceError } from "./sam-error.ts";
import {
  defined,
  getAtt,
  inheritedAttributes,
  objectOf,
  ownAttributes,
  ref,
  type SamResource,
} from "./sam-resource.ts";

type Entry = readonly [logicalId: string, resource: ValueObject];

export interface InvokeConfigResult {
  readonly resources: readonly Entry[];
  readonly policies: readonly ValueObject[];
}

const DESTINATION_TYPES = ["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"];

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html */
export function eventInvokeConfig(
  resource: SamResource,
  parameter: (value: Value | undefined) => Value | undefined,
  alias: { readonly aliasName: string; readonly aliasId: string } | undefined,
): InvokeConfigResult {
  const config = resource.properties["EventInvokeConfig"];
  if (!isObject(config)) {
    return { resources: [], policies: [] };
  }
  const id = `${resource.logicalId}EventInvokeConfig`;
  const given = objectOf(config["DestinationConfig"]);
  const made: Entry[] = [];
  const policies: ValueObject[] = [];
  const destinations: Record<string, Value> = {};
  for (const outcome of ["OnSuccess", "OnFailure"]) {
    const wanted = given[outcome];
    if (isObject(wanted)) {
      const destination = destinationOf(resource, id + outcome, wanted);
      made.push(...destination.resources);
      policies.push(...destination.policies);
      destinations[outcome] = { Destination: destination.arn };
    }
  }
  const invokeConfig: ValueObject = {
    Type: "AWS::Lambda::EventInvokeConfig",
    ...ownAttributes(
      defined({ ...resource.attributes, DependsOn: alias && [alias.aliasId], Metadata: undefined }),
    ),
    Properties: defined({
      DestinationConfig: destinations,
      FunctionName: ref(resource.logicalId),
      MaximumEventAgeInSeconds: parameter(config["MaximumEventAgeInSeconds"]),
      MaximumRetryAttempts: parameter(config["MaximumRetryAttempts"]),
      Qualifier: alias?.aliasName ?? "$LATEST",
    }),
  };
  return { resources: [...made, [id, invokeConfig]], policies };
}

function destinationOf(
  resource: SamResource,
  id: string,
  wanted: ValueObject,
): InvokeConfigResult & { readonly arn: Value } {
  const { Type: type, Destination: given } = wanted;
  if (!DESTINATION_TYPES.includes(String(type))) {
    const types = DESTINATION_TYPES.map((name) => `'${name}'`).join(", ");
    throw resourceError(resource.logicalId, `'Type: ${String(type)}' must be one of [${types}]`);
  }
  const generated = given === undefined ? madeDestination(resource, id, type) : undefined;
  const arn = given ?? generated?.arn;
  if (arn === undefined) {
    throw resourceError(
      resource.logicalId,
      "Destination is required if Type is not ['SQS', 'SNS']",
    );
  }
  const policy = destinationPolicy(type, arn, id);
  return {
    arn,
    resources: generated === undefined ? [] : [generated.entry],
    policies: policy === undefined ? [] : [policy],
  };
}

function madeDestination(
  resource: SamResource,
  id: string,
  type: Value | undefined,
): { readonly arn: Value; readonly entry: Entry } | undefined {
  const attributes = inheritedAttributes(resource.attributes);
  if (type === "SQS") {
    const queueId = `${id}Queue`;
    const queue = { Type: "AWS::SQS::Queue", ...attributes, Properties: {} };
    return { arn: getAtt(queueId, "Arn"), entry: [queueId, queue] };
  }
  if (type === "SNS") {
    const topicId = `${id}Topic`;
    const topic = { Type: "AWS::SNS::Topic", ...attributes, Properties: {} };
    return { arn: ref(topicId), entry: [topicId, topic] };
  }
  return undefined;
}
