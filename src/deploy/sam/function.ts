/**
 * A function with its role and its events.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
import { equalValues, type Value, type ValueObject } from "../../languages/template/value.ts";
import { bucketEvent, type ChangedBuckets } from "./bucket-event.ts";
import {
  type DeploymentPreference,
  deploymentPreference,
  updatePolicy,
} from "./deployment-preference.ts";
import { eventInvokeConfig, type InvokeConfigResult } from "./event-invoke-config.ts";
import { checkPackageType, codeOf } from "./function-code.ts";
import type { EventResult, FunctionEvent } from "./function-event.ts";
import { functionTags, propagateTags } from "./function-tags.ts";
import { functionUrl } from "./function-url.ts";
import type { HttpApi } from "./http-api.ts";
import { httpEvent } from "./http-event.ts";
import { logsEvent } from "./logs-event.ts";
import { managedPolicyArn, readPolicies } from "./policies.ts";
import { published } from "./published.ts";
import { isPullEvent, pullEvent } from "./pull-events.ts";
import { busEvent, scheduleEvent, snsEvent } from "./push-events.ts";
import type { RestApi } from "./rest-api.ts";
import { restEvent } from "./rest-event.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  getAtt,
  inheritedAttributes,
  objectOf,
  ownAttributes,
  pick,
  type Resources,
  type SamResource,
} from "./sam-resource.ts";
import { scheduleV2Event } from "./schedule-v2-event.ts";

export const FUNCTION_TYPE = "AWS::Serverless::Function";

/** Properties the Lambda function has by the same name. */
const PASSED_ON = [
  "Architectures",
  "CodeSigningConfigArn",
  "Description",
  "EphemeralStorage",
  "FileSystemConfigs",
  "FunctionName",
  "Handler",
  "ImageConfig",
  "KmsKeyArn",
  "Layers",
  "LoggingConfig",
  "MemorySize",
  "PackageType",
  "RecursiveLoop",
  "ReservedConcurrentExecutions",
  "RuntimeManagementConfig",
  "Runtime",
  "SnapStart",
  "Timeout",
  "Environment",
  "VpcConfig",
] as const;

const OWN = [
  "AssumeRolePolicyDocument",
  "AutoPublishAlias",
  "AutoPublishAliasAllProperties",
  "AutoPublishCodeSha256",
  "CodeUri",
  "DeadLetterQueue",
  "DeploymentPreference",
  "EventInvokeConfig",
  "Events",
  "FunctionUrlConfig",
  "ImageUri",
  "InlineCode",
  "PermissionsBoundary",
  "Policies",
  "PropagateTags",
  "ProvisionedConcurrencyConfig",
  "Role",
  "RolePath",
  "SourceKMSKeyArn",
  "Tags",
  "Tracing",
  "VersionDeletionPolicy",
  "VersionDescription",
] as const;

/** Known to SAM, left out here. */
const REFUSED = [
  "CapacityProviderConfig",
  "DurableConfig",
  "FunctionScalingConfig",
  "PublishToLatestPublished",
  "TenancyConfig",
] as const;

const KNOWN: ReadonlySet<string> = new Set([...PASSED_ON, ...OWN, ...REFUSED]);

export interface FunctionSurroundings {
  readonly apis: ReadonlyMap<string, HttpApi>;
  readonly restApis: ReadonlyMap<string, RestApi>;
  /** Resolves a reference to a template parameter; other values are given back. */
  parameter(value: Value | undefined): Value | undefined;
  topicIsFifo(topic: Value): boolean;
  readonly buckets: ChangedBuckets;
  /** As the source declares it; empty when it does not. */
  resourceOf(logicalId: string): ValueObject;
}

export interface FunctionResult {
  readonly resources: Resources;
  /** What `Function.Alias` and `Function.Version` stand for. */
  readonly names: ReadonlyMap<string, string>;
  readonly preference: DeploymentPreference | undefined;
}

export function functionResources(
  resource: SamResource,
  surroundings: FunctionSurroundings,
): FunctionResult {
  checkProperties(resource, KNOWN);
  const { logicalId, properties } = resource;
  const refused = REFUSED.find((name) => properties[name] !== undefined);
  if (refused !== undefined) {
    throw samNotSupported(`property ${refused} of ${FUNCTION_TYPE}`, logicalId);
  }
  if (JSON.stringify(properties["Role"])?.includes('"AWS::NoValue"')) {
    throw samNotSupported(`a Role that may be AWS::NoValue of ${FUNCTION_TYPE}`, logicalId);
  }
  const preference = deploymentPreference(resource, surroundings.parameter);
  const tracing = surroundings.parameter(properties["Tracing"]);
  const isTraced = tracing !== undefined && tracing !== "Disabled";
  const fn = lambdaFunction(resource, isTraced);
  const release = published(resource, fn, {
    ...surroundings,
    updatePolicy: preference && updatePolicy(preference),
  });
  const invokeConfig = eventInvokeConfig(resource, surroundings.parameter, release);
  const resources: Resources = new Map([
    [logicalId, fn],
    ...(release?.resources ?? []),
    ...functionUrl(resource, release?.aliasId),
    ...invokeConfig.resources,
  ]);
  const events = sortedEvents(resource, release?.aliasId).map((event) =>
    eventResult(event, surroundings),
  );
  if (properties["Role"] === undefined) {
    resources.set(`${logicalId}Role`, role(resource, { isTraced, invokeConfig, events }));
  }
  for (const [id, generated] of events.flatMap((event) => event.resources)) {
    resources.set(id, generated);
  }
  if (surroundings.parameter(properties["PropagateTags"]) === true) {
    propagateTags(resources, objectOf(properties["Tags"]));
  }
  const names = new Map(
    release && [
      [`${logicalId}.Alias`, release.aliasId],
      [`${logicalId}.Version`, release.versionId],
    ],
  );
  return { resources, names, preference };
}

function lambdaFunction(resource: SamResource, isTraced: boolean): ValueObject {
  const { logicalId, properties, attributes } = resource;
  const code = codeOf(resource, FUNCTION_TYPE);
  checkPackageType(resource);
  return {
    Type: "AWS::Lambda::Function",
    ...ownAttributes(attributes),
    Properties: defined({
      ...pick(properties, PASSED_ON),
      Code: code,
      Description: described(properties),
      DeadLetterConfig: deadLetterConfig(resource),
      Role: properties["Role"] ?? getAtt(`${logicalId}Role`, "Arn"),
      Tags: functionTags(properties),
      TracingConfig: isTraced ? { Mode: properties["Tracing"] ?? null } : undefined,
    }),
  };
}

/** With the code's hash, so that CloudFormation sees that the function changes. */
function described(properties: ValueObject): Value | undefined {
  const { AutoPublishAlias: alias, AutoPublishCodeSha256: sha256, Description: text } = properties;
  if (alias === undefined || sha256 === undefined || sha256 === null) {
    return text;
  }
  if (text === undefined || text === "") {
    return sha256;
  }
  return typeof text === "string" && typeof sha256 === "string"
    ? `${text} ${sha256}`
    : { "Fn::Join": [" ", [text, sha256]] };
}

function deadLetterConfig(resource: SamResource): ValueObject | undefined {
  const queue = resource.properties["DeadLetterQueue"];
  if (queue === undefined) {
    return undefined;
  }
  const { Type: type, TargetArn: arn } = objectOf(queue);
  if (type === undefined || arn === undefined) {
    throw resourceError(
      resource.logicalId,
      "'DeadLetterQueue' requires Type and TargetArn properties to be specified.",
    );
  }
  if (type !== "SQS" && type !== "SNS") {
    throw resourceError(resource.logicalId, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
  }
  return { TargetArn: arn };
}

function role(
  resource: SamResource,
  needs: {
    readonly isTraced: boolean;
    readonly invokeConfig: InvokeConfigResult;
    readonly events: readonly EventResult[];
  },
): ValueObject {
  const { logicalId, properties, attributes } = resource;
  const own = readPolicies(properties["Policies"], logicalId);
  const managed: Value[] = [
    managedPolicyArn("AWSLambdaBasicExecutionRole"),
    ...(needs.isTraced ? [managedPolicyArn("AWSXrayWriteOnlyAccess")] : []),
    ...(properties["VpcConfig"] === undefined
      ? []
      : [managedPolicyArn("AWSLambdaVPCAccessExecutionRole")]),
    ...own.managedPolicyArns,
    ...needs.events.flatMap((event) =>
      event.managedPolicy === undefined ? [] : [managedPolicyArn(event.managedPolicy)],
    ),
  ];
  const policies = [
    ...deadLetterPolicy(properties["DeadLetterQueue"]),
    ...needs.invokeConfig.policies,
    ...own.policies,
    ...needs.events.flatMap((event) => (event.policy === undefined ? [] : [event.policy])),
  ];
  return {
    Type: "AWS::IAM::Role",
    ...inheritedAttributes(attributes),
    Properties: defined({
      AssumeRolePolicyDocument: properties["AssumeRolePolicyDocument"] ?? LAMBDA_MAY_ASSUME,
      ManagedPolicyArns: distinct(managed),
      Path: properties["RolePath"],
      PermissionsBoundary: properties["PermissionsBoundary"],
      Policies: policies.length === 0 ? undefined : policies,
      Tags: functionTags(properties),
    }),
  };
}

const LAMBDA_MAY_ASSUME: ValueObject = {
  Version: "2012-10-17",
  Statement: [
    {
      Action: ["sts:AssumeRole"],
      Effect: "Allow",
      Principal: { Service: ["lambda.amazonaws.com"] },
    },
  ],
};

function deadLetterPolicy(queue: Value | undefined): readonly ValueObject[] {
  if (queue === undefined) {
    return [];
  }
  const { Type: type, TargetArn: arn = "" } = objectOf(queue);
  const action = type === "SNS" ? "sns:Publish" : "sqs:SendMessage";
  return [
    {
      PolicyName: "DeadLetterQueuePolicy",
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: action, Resource: arn, Effect: "Allow" }],
      },
    },
  ];
}

function distinct(values: readonly Value[]): readonly Value[] {
  return values.filter(
    (value, index) => values.findIndex((other) => equalValues(value, other)) === index,
  );
}

/** By path, so that a function's `$default` route comes before its others; else by name. */
function sortedEvents(
  resource: SamResource,
  aliasId: string | undefined,
): readonly FunctionEvent[] {
  const events = Object.entries(objectOf(resource.properties["Events"])).map(
    ([id, body]): FunctionEvent => {
      const { Type: type, Properties: properties } = objectOf(body);
      return {
        function: resource,
        id,
        logicalId: resource.logicalId + id,
        aliasId,
        type: String(type),
        properties: objectOf(properties),
      };
    },
  );
  const rank = (event: FunctionEvent): string => {
    const isDefault =
      event.type === "HttpApi" &&
      event.properties["Path"] === undefined &&
      event.properties["Method"] === undefined;
    return isDefault ? "$default" : String(event.properties["Path"] ?? event.id);
  };
  return events.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function eventResult(event: FunctionEvent, surroundings: FunctionSurroundings): EventResult {
  switch (event.type) {
    case "Api":
      return restEvent(event, surroundings.restApis);
    case "HttpApi":
      return httpEvent(event, surroundings.apis);
    case "Schedule":
      return scheduleEvent(event);
    case "ScheduleV2":
      return scheduleV2Event(event);
    case "EventBridgeRule":
    case "CloudWatchEvent":
      return busEvent(event);
    case "SNS":
      return snsEvent(event, surroundings.topicIsFifo);
    case "CloudWatchLogs":
      return logsEvent(event);
    case "S3":
      return bucketEvent(event, surroundings.buckets);
    default:
      if (isPullEvent(event.type)) {
        return pullEvent(event);
      }
      throw samNotSupported(
        `event type ${event.type} (event ${event.id})`,
        event.function.logicalId,
      );
  }
}
