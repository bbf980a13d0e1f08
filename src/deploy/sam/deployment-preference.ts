/**
 * How traffic moves to a new version: deployments of CodeDeploy, in one application of the template,
 * with a group for each function.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { combinedCondition } from "./api-conditions.ts";
import { managedPolicyArn } from "./policies.ts";
import { resourceError } from "./sam-error.ts";
import {
  defined,
  getAtt,
  isIntrinsic,
  objectOf,
  ref,
  type SamResource,
  tagList,
} from "./sam-resource.ts";

export interface DeploymentPreference {
  /** Of the function. */
  readonly logicalId: string;
  readonly type: Value;
  readonly hooks: ValueObject;
  readonly alarms: Value | undefined;
  readonly role: Value | undefined;
  readonly triggers: Value | undefined;
  /** Under which CodeDeploy is needed, where it is to depend on that. */
  readonly condition: string | undefined;
  readonly tags: ValueObject | undefined;
}

const APPLICATION_ID = "ServerlessDeploymentApplication";
const ROLE_ID = "CodeDeployServiceRole";
const CONDITION_NAME = "ServerlessCodeDeployCondition";

/** What AWS has ready for Lambda. */
const PREDEFINED: readonly Value[] = [
  "AllAtOnce",
  ...["5", "10", "15", "30"].map((minutes) => `Canary10Percent${minutes}Minutes`),
  ...["1Minute", "2Minutes", "3Minutes", "10Minutes"].map(
    (every) => `Linear10PercentEvery${every}`,
  ),
];

/** `undefined` when the alias moves by itself. */
export function deploymentPreference(
  resource: SamResource,
  parameter: (value: Value | undefined) => Value | undefined,
): DeploymentPreference | undefined {
  const { logicalId, properties, attributes } = resource;
  const preference = properties["DeploymentPreference"];
  if (!isObject(preference) || Object.keys(preference).length === 0) {
    return undefined;
  }
  const enabled = parameter(preference["Enabled"]) ?? true;
  if (!enabled || enabled === "false" || enabled === "False") {
    return undefined;
  }
  const type = parameter(preference["Type"]);
  if (type === undefined) {
    throw resourceError(logicalId, "'DeploymentPreference' is missing required Property 'Type'");
  }
  const hooks = preference["Hooks"] ?? {};
  if (!isObject(hooks)) {
    throw resourceError(
      logicalId,
      "'Hooks' property of 'DeploymentPreference' must be a dictionary",
    );
  }
  if (properties["AutoPublishAlias"] === undefined) {
    throw resourceError(
      logicalId,
      "'DeploymentPreference' requires AutoPublishAlias property to be specified.",
    );
  }
  const passesOn = passthrough(resource, parameter(preference["PassthroughCondition"]));
  const condition = attributes["Condition"];
  const tags = objectOf(properties["Tags"]);
  const propagates = parameter(properties["PropagateTags"]) === true;
  return {
    logicalId,
    type,
    hooks,
    alarms: preference["Alarms"] || undefined,
    role: preference["Role"] || undefined,
    triggers: preference["TriggerConfigurations"] || undefined,
    condition: passesOn && typeof condition === "string" ? condition : undefined,
    tags: propagates && Object.keys(tags).length > 0 ? tags : undefined,
  };
}

function passthrough({ logicalId }: SamResource, value: Value | undefined): boolean {
  const name = "PassthroughCondition";
  switch (value) {
    case true:
    case "true":
    case "True":
      return true;
    case undefined:
    case false:
    case "false":
    case "False":
      return false;
    default:
      throw resourceError(
        logicalId,
        isIntrinsic(value)
          ? `Unsupported intrinsic: the only intrinsic functions supported for property ${name} are FindInMap and parameter Refs.`
          : `Invalid value for property ${name}.`,
      );
  }
}

/** How the alias is updated. */
export function updatePolicy({ logicalId, hooks }: DeploymentPreference): ValueObject {
  return {
    CodeDeployLambdaAliasUpdate: defined({
      ApplicationName: ref(APPLICATION_ID),
      DeploymentGroupName: ref(groupId(logicalId)),
      BeforeAllowTrafficHook: hooks["PreTraffic"] ?? undefined,
      AfterAllowTrafficHook: hooks["PostTraffic"] ?? undefined,
    }),
  };
}

/** What all preferences of a template come to. Adds to `conditions` what the resources need. */
export function deploymentResources(
  preferences: readonly DeploymentPreference[],
  conditions: Record<string, Value>,
): readonly (readonly [logicalId: string, resource: ValueObject])[] {
  if (preferences.length === 0) {
    return [];
  }
  const needed = preferences.map(({ condition }) => condition);
  const condition = combinedCondition(needed, CONDITION_NAME, conditions);
  const attributes = defined({ Condition: condition });
  const tags: ValueObject = Object.assign({}, ...preferences.map((one) => one.tags ?? {}));
  const Tags = Object.keys(tags).length === 0 ? undefined : tagList(tags);
  const application: ValueObject = {
    Type: "AWS::CodeDeploy::Application",
    ...attributes,
    Properties: defined({ ComputePlatform: "Lambda", Tags }),
  };
  const needsRole = preferences.some(({ role }) => role === undefined);
  return [
    [APPLICATION_ID, application],
    ...(needsRole ? [[ROLE_ID, serviceRole(attributes, Tags)] as const] : []),
    ...preferences.map((one) => [groupId(one.logicalId), group(one)] as const),
  ];
}

function groupId(functionId: string): string {
  return `${functionId}DeploymentGroup`;
}

function serviceRole(attributes: ValueObject, Tags: Value | undefined): ValueObject {
  return {
    Type: "AWS::IAM::Role",
    ...attributes,
    Properties: defined({
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: ["sts:AssumeRole"],
            Effect: "Allow",
            Principal: { Service: ["codedeploy.amazonaws.com"] },
          },
        ],
      },
      ManagedPolicyArns: [managedPolicyArn("service-role/AWSCodeDeployRoleForLambda")],
      Tags,
    }),
  };
}

function group(preference: DeploymentPreference): ValueObject {
  const { alarms, condition, logicalId, role, tags, triggers, type } = preference;
  return {
    Type: "AWS::CodeDeploy::DeploymentGroup",
    ...defined({ Condition: condition }),
    Properties: defined({
      AlarmConfiguration: alarmConfiguration(alarms, logicalId),
      ApplicationName: ref(APPLICATION_ID),
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      DeploymentConfigName: configName(type),
      DeploymentStyle: {
        DeploymentType: "BLUE_GREEN",
        DeploymentOption: "WITH_TRAFFIC_CONTROL",
      },
      ServiceRoleArn: role ?? getAtt(ROLE_ID, "Arn"),
      TriggerConfigurations: triggers,
      Tags: tags && tagList(tags),
    }),
  };
}

/** AWS's own types by their full name, wherever they stand in functions. */
function configName(value: Value, within?: string): Value {
  if (isList(value)) {
    return value.map((item) => configName(item));
  }
  if (isIntrinsic(value)) {
    return Object.fromEntries(
      Object.entries(objectOf(value)).map(([name, item]) => [name, configName(item, name)]),
    );
  }
  if (!PREDEFINED.includes(value)) {
    return value;
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of CloudFormation's.
  const substitution = ["CodeDeployDefault.Lambda${ConfigName}", { ConfigName: value }];
  return within === "Fn::Sub" ? substitution : { "Fn::Sub": substitution };
}

function alarmConfiguration(alarms: Value | undefined, logicalId: string): Value | undefined {
  if (alarms === undefined || isNoValue(alarms)) {
    return undefined;
  }
  const choice = isObject(alarms) ? alarms["Fn::If"] : undefined;
  if (isList(choice)) {
    const [condition = "", ...branches] = choice;
    return { "Fn::If": [condition, ...branches.map((branch) => enabled(branch, logicalId))] };
  }
  return enabled(alarms, logicalId);
}

function enabled(alarms: Value, logicalId: string): Value {
  if (!isList(alarms)) {
    throw resourceError(logicalId, "Alarms must be a list");
  }
  const [first] = alarms;
  return first === undefined || isNoValue(first)
    ? {}
    : { Enabled: true, Alarms: alarms.map((Name) => ({ Name })) };
}

function isNoValue(value: Value): boolean {
  return objectOf(value)["Ref"] === "AWS::NoValue";
}
