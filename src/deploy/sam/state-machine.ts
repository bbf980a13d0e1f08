/**
 * A state machine with its role and its events.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
} from "./function-event.ts";
import { propagateTags } from "./function-tags.ts";
import { managedPolicyArn, readPolicies } from "./policies.ts";
import { deadLetters, stateOf } from "./push-events.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  getAtt,
  inheritedAttributes,
  isIntrinsic,
  objectOf,
  ownAttributes,
  type Resources,
  ref,
  type SamResource,
  tagList,
} from "./sam-resource.ts";
import { scheduleV2 } from "./schedule-v2-event.ts";
import { publishedAlias } from "./state-machine-alias.ts";

export const STATE_MACHINE_TYPE = "AWS::Serverless::StateMachine";

const KNOWN: ReadonlySet<string> = new Set([
  ...["AutoPublishAlias", "Definition", "DefinitionSubstitutions", "DefinitionUri"],
  ...["DeploymentPreference", "Events", "Logging", "Name", "PermissionsBoundary", "Policies"],
  ...["PropagateTags", "Role", "RolePath", "Tags", "Tracing", "Type", "UseAliasAsEventTarget"],
]);
const TARGET_ID_LENGTH_MAX = 64;
const CREATED_BY: ValueObject = { Key: "stateMachine:createdBy", Value: "SAM" };

export function stateMachineResources(resource: SamResource): Resources {
  checkProperties(resource, KNOWN);
  const { logicalId, properties, attributes } = resource;
  if (properties["Role"] !== undefined && properties["Policies"] !== undefined) {
    throw resourceError(
      logicalId,
      "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them",
    );
  }
  const machine: ValueObject = {
    Type: "AWS::StepFunctions::StateMachine",
    ...ownAttributes(attributes),
    Properties: defined({
      ...definitionOf(resource),
      LoggingConfiguration: properties["Logging"],
      RoleArn: properties["Role"] ?? getAtt(`${logicalId}Role`, "Arn"),
      StateMachineName: properties["Name"],
      StateMachineType: properties["Type"],
      Tags: machineTags(properties),
      TracingConfiguration: properties["Tracing"],
    }),
  };
  const resources: Resources = new Map([[logicalId, machine]]);
  if (properties["Role"] === undefined) {
    resources.set(`${logicalId}Role`, role(resource));
  }
  const alias = publishedAlias(resource);
  for (const [id, generated] of alias?.resources ?? []) {
    resources.set(id, generated);
  }
  const aliasId = properties["UseAliasAsEventTarget"] === true ? alias?.aliasId : undefined;
  for (const event of eventsOf(resource, aliasId)) {
    for (const [id, generated] of eventResult(event, properties["PermissionsBoundary"]).resources) {
      resources.set(id, generated);
    }
  }
  if (properties["PropagateTags"] === true) {
    propagateTags(resources, objectOf(properties["Tags"]));
  }
  return resources;
}

function machineTags(properties: ValueObject): Value {
  return [CREATED_BY, ...tagList(objectOf(properties["Tags"]))];
}

function definitionOf({ logicalId, properties }: SamResource): ValueObject {
  const { Definition: definition, DefinitionUri: uri } = properties;
  const given = objectOf(properties["DefinitionSubstitutions"]);
  const substitutions = (more: ValueObject): Value | undefined => {
    const all = { ...given, ...more };
    return Object.keys(all).length === 0 ? undefined : all;
  };
  if (definition !== undefined && uri !== undefined) {
    throw resourceError(
      logicalId,
      "Specify either 'Definition' or 'DefinitionUri' property and not both.",
    );
  }
  if (definition !== undefined) {
    const dynamic: Record<string, Value> = {};
    const text = definitionText(withoutDynamicValues(definition, dynamic));
    return defined({
      DefinitionString: { "Fn::Join": ["\n", text.split("\n")] },
      DefinitionSubstitutions: substitutions(dynamic),
    });
  }
  if (uri === undefined) {
    throw resourceError(
      logicalId,
      "Either 'Definition' or 'DefinitionUri' property must be specified.",
    );
  }
  return defined({
    DefinitionS3Location: placeOf(uri, logicalId),
    DefinitionSubstitutions: substitutions({}),
  });
}

const S3_URI = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/;

function placeOf(uri: Value, logicalId: string): ValueObject {
  if (isObject(uri)) {
    const { Bucket: bucket, Key: key, Version: version } = uri;
    if (bucket === undefined || key === undefined) {
      throw resourceError(
        logicalId,
        "'DefinitionUri' requires Bucket and Key properties to be specified.",
      );
    }
    return defined({ Bucket: bucket, Key: key, Version: version });
  }
  const [, bucket, key, version] = (typeof uri === "string" && S3_URI.exec(uri)) || [];
  if (bucket === undefined || key === undefined) {
    throw resourceError(
      logicalId,
      "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
    );
  }
  return defined({ Bucket: bucket, Key: key, Version: version });
}

/** What the template computes becomes a substitution: it stands in a text. */
function withoutDynamicValues(value: Value, found: Record<string, Value>): Value {
  if (isIntrinsic(value) || isDynamicReference(value)) {
    const name = `definition_substitution_${Object.keys(found).length + 1}`;
    found[name] = value;
    return `$\{${name}}`;
  }
  if (isList(value)) {
    return value.map((item) => withoutDynamicValues(item, found));
  }
  if (!isObject(value)) {
    return value;
  }
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, withoutDynamicValues(item, found)]));
}

function isDynamicReference(value: Value): boolean {
  return (
    typeof value === "string" && /^\{\{resolve:(ssm|ssm-secure|secretsmanager):.+\}\}$/.test(value)
  );
}

/** A line a member, by name; ASCII alone. */
function definitionText(definition: Value): string {
  const text = JSON.stringify(definition, null, 4);
  return text.replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const STATES_MAY_ASSUME: ValueObject = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: ["states.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
    },
  ],
};

function role({ logicalId, properties, attributes }: SamResource): ValueObject {
  const own = readPolicies(properties["Policies"], logicalId);
  const isTraced = objectOf(properties["Tracing"])["Enabled"] === true;
  return {
    Type: "AWS::IAM::Role",
    ...inheritedAttributes(attributes),
    Properties: defined({
      AssumeRolePolicyDocument: STATES_MAY_ASSUME,
      ManagedPolicyArns: [
        ...own.managedPolicyArns,
        ...(isTraced ? [managedPolicyArn("AWSXrayWriteOnlyAccess")] : []),
      ],
      Path: properties["RolePath"],
      PermissionsBoundary: properties["PermissionsBoundary"],
      Policies: own.policies.length === 0 ? undefined : own.policies,
      Tags: machineTags(properties),
    }),
  };
}

function eventsOf(resource: SamResource, aliasId: string | undefined): readonly FunctionEvent[] {
  return Object.entries(objectOf(resource.properties["Events"])).map(([id, body]) => {
    const { Type: type, Properties: properties } = objectOf(body);
    return {
      function: resource,
      id,
      logicalId: resource.logicalId + id,
      aliasId,
      type: String(type),
      properties: objectOf(properties),
    };
  });
}

const EVERY_EVENT = ["DeadLetterConfig", "Input", "RetryPolicy", "State", "Target"];

function eventResult(event: FunctionEvent, boundary: Value | undefined): EventResult {
  switch (event.type) {
    case "Schedule": {
      const properties = eventProperties(event, {
        required: ["Schedule"],
        optional: [...EVERY_EVENT, "Enabled", "Name", "Description", "RoleArn"],
      });
      return ruleResult(event, boundary, {
        Description: properties["Description"],
        Name: properties["Name"],
        ScheduleExpression: properties["Schedule"],
      });
    }
    case "EventBridgeRule":
    case "CloudWatchEvent": {
      const properties = eventProperties(event, {
        required: [],
        optional: [
          ...EVERY_EVENT,
          "EventBusName",
          "RuleName",
          "Pattern",
          "InputPath",
          "InputTransformer",
        ],
      });
      return ruleResult(event, boundary, {
        EventBusName: properties["EventBusName"],
        EventPattern: properties["Pattern"],
        Name: properties["RuleName"],
      });
    }
    case "ScheduleV2":
      return scheduleV2(event, {
        arn: targetArn(event),
        action: "states:StartExecution",
        suffix: "StartExecutionPolicy",
      });
    default:
      throw samNotSupported(
        `event type ${event.type} (event ${event.id}) of ${STATE_MACHINE_TYPE}`,
        event.function.logicalId,
      );
  }
}

/** A rule, the role in which it starts executions, and its dead letters. */
function ruleResult(
  event: FunctionEvent,
  boundary: Value | undefined,
  own: Readonly<Record<string, Value | undefined>>,
): EventResult {
  const { properties, logicalId } = event;
  const dead = deadLetters(event, properties["DeadLetterConfig"]);
  const roleId = `${logicalId}Role`;
  const roleArn = properties["RoleArn"] ?? getAtt(roleId, "Arn");
  const rule = eventResource(event, "AWS::Events::Rule", {
    ...own,
    State: stateOf(event, properties),
    Targets: [target(event, roleArn, dead.arn)],
  });
  return {
    resources: [
      [logicalId, rule],
      ...(properties["RoleArn"] === undefined
        ? [[roleId, eventRole(event, roleId, boundary)] as const]
        : []),
      ...dead.resources,
    ],
  };
}

function target(
  event: FunctionEvent,
  roleArn: Value,
  deadLetterArn: Value | undefined,
): ValueObject {
  const { Target: own, Input, InputPath, InputTransformer, RetryPolicy } = event.properties;
  const generated = `${event.logicalId}StepFunctionsTarget`.slice(0, TARGET_ID_LENGTH_MAX);
  return defined({
    Arn: targetArn(event),
    Id: objectOf(own)["Id"] ?? generated,
    RoleArn: roleArn,
    Input,
    InputPath,
    InputTransformer,
    RetryPolicy,
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
  });
}

/** The machine, or the alias that is published with it. */
function targetArn({ function: machine, aliasId }: FunctionEvent): Value {
  return ref(aliasId ?? machine.logicalId);
}

function eventRole(event: FunctionEvent, roleId: string, boundary: Value | undefined): ValueObject {
  return eventResource(event, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com"] },
          Action: ["sts:AssumeRole"],
        },
      ],
    },
    PermissionsBoundary: boundary,
    Policies: [
      {
        PolicyName: `${roleId}StartExecutionPolicy`,
        PolicyDocument: {
          Statement: [
            {
              Action: "states:StartExecution",
              Effect: "Allow",
              Resource: targetArn(event),
            },
          ],
        },
      },
    ],
  });
}
