/**
 * The `Globals` section: defaults for every resource of a type.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { resourceError, SamError } from "./sam-error.ts";

const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  Function: [
    "Handler",
    "Runtime",
    "CodeUri",
    "DeadLetterQueue",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Environment",
    "Tags",
    "PropagateTags",
    "Tracing",
    "KmsKeyArn",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "Layers",
    "DeploymentPreference",
    "RolePath",
    "PermissionsBoundary",
    "ReservedConcurrentExecutions",
    "ProvisionedConcurrencyConfig",
    "AssumeRolePolicyDocument",
    "EventInvokeConfig",
    "FileSystemConfigs",
    "CodeSigningConfigArn",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "FunctionUrlConfig",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "RecursiveLoop",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "DurableConfig",
    "CapacityProviderConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
    "VersionDeletionPolicy",
  ],
  Api: [
    "Auth",
    "Name",
    "DefinitionUri",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "MergeDefinitions",
    "Variables",
    "EndpointConfiguration",
    "MethodSettings",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Cors",
    "GatewayResponses",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
    "OpenApiVersion",
    "Domain",
    "AlwaysDeploy",
    "PropagateTags",
    "SecurityPolicy",
    "EndpointAccessMode",
  ],
  HttpApi: [
    "Auth",
    "AccessLogSettings",
    "StageVariables",
    "Tags",
    "CorsConfiguration",
    "DefaultRouteSettings",
    "Domain",
    "RouteSettings",
    "FailOnWarnings",
    "PropagateTags",
  ],
  SimpleTable: ["SSESpecification"],
  StateMachine: ["PropagateTags"],
};

export type Globals = Readonly<Record<string, ValueObject>>;

/** `leftOut` is told the names of types that Millrace leaves out. */
export function readGlobals(section: Value | undefined, leftOut: (name: string) => void): Globals {
  if (section === undefined) {
    return {};
  }
  if (!isObject(section)) {
    throw globalsError("It must be a non-empty dictionary");
  }
  const globals: Record<string, ValueObject> = {};
  for (const [name, properties] of Object.entries(section)) {
    const supported = SUPPORTED[name];
    if (supported === undefined) {
      leftOut(name);
      continue;
    }
    const unknown = Object.keys(properties ?? {}).find((key) => !supported.includes(key));
    if (unknown !== undefined) {
      const values = supported.map((key) => `'${key}'`).join(", ");
      throw globalsError(
        `'${unknown}' is not a supported property of '${name}'. Must be one of the following values - [${values}]`,
      );
    }
    globals[`AWS::Serverless::${name}`] = isObject(properties) ? properties : {};
  }
  return globals;
}

function globalsError(message: string): SamError {
  return new SamError(`'Globals' section is invalid. ${message}`);
}

/** Objects are merged, lists joined, and anything else is the resource's own. */
export function mergeGlobals(shared: Value, own: Value): Value {
  if (isList(shared) && isList(own)) {
    return [...shared, ...own];
  }
  if (!isObject(shared) || !isObject(own) || isFunction(shared) || isFunction(own)) {
    return own;
  }
  const merged: Record<string, Value> = { ...shared };
  for (const [key, value] of Object.entries(own)) {
    const base = shared[key];
    merged[key] = base === undefined ? value : mergeGlobals(base, value);
  }
  return merged;
}

/** Intrinsic functions are values, not objects to merge. */
function isFunction(value: ValueObject): boolean {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && (key === "Ref" || key?.startsWith("Fn::") === true);
}

/** What of the globals applies to a resource that says `IgnoreGlobals`. */
export function applicableGlobals(
  shared: ValueObject,
  ignored: Value | undefined,
  logicalId: string,
): ValueObject {
  if (ignored === undefined) {
    return shared;
  }
  if (ignored === "*") {
    return {};
  }
  if (!isList(ignored)) {
    throw resourceError(
      logicalId,
      `Resource ${logicalId} has invalid resource attribute 'IgnoreGlobals'.`,
    );
  }
  return Object.fromEntries(Object.entries(shared).filter(([key]) => !ignored.includes(key)));
}
