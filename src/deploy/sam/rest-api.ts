/**
 * REST APIs: those a template declares, and the implicit one that `Api` events without `RestApiId`
 * share.
 *
 * The logical id of a deployment ends in a hash of the definition, so that a change deploys anew. It
 * is a hash of our own: AWS's is of a text that only Python 2.7 writes.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
 */
import { createHash } from "node:crypto";
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { combinedCondition, pathConditionName } from "./api-conditions.ts";
import { hashedId } from "./function-event.ts";
import { authorizerPermissions, withAuth } from "./rest-api-auth.ts";
import { withCors, withGatewayResponses, withModels } from "./rest-api-document.ts";
import { usagePlanResources } from "./rest-api-usage-plan.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  inheritedAttributes,
  objectOf,
  ownAttributes,
  type Resources,
  ref,
  type SamResource,
  tagList,
} from "./sam-resource.ts";

export const REST_API_TYPE = "AWS::Serverless::Api";
export const IMPLICIT_REST_API_ID = "ServerlessRestApi";
const IMPLICIT_STAGE = "Prod";
const NO_VALUE: ValueObject = { Ref: "AWS::NoValue" };

/** A method that an event made: its condition is that of the function. */
export interface RestMethod {
  readonly body: ValueObject;
  readonly condition: string | undefined;
}

/** An API whose definition is still being written. */
export interface RestApi {
  readonly resource: SamResource;
  /** The definition is made from events; otherwise it is the template's own. */
  readonly isManaged: boolean;
  /** The template's own definition, or what every one begins with. */
  readonly document: ValueObject;
  /** What events made, by path and method. */
  readonly paths: Map<string, Map<string, RestMethod>>;
  /** Validators that events asked for. */
  readonly validators: Map<string, ValueObject>;
}

const KNOWN = new Set([
  "AccessLogSetting",
  "AlwaysDeploy",
  "ApiKeySourceType",
  "Auth",
  "BinaryMediaTypes",
  "CacheClusterEnabled",
  "CacheClusterSize",
  "CanarySetting",
  "Cors",
  "DefinitionBody",
  "DefinitionUri",
  "Description",
  "DisableExecuteApiEndpoint",
  "Domain",
  "EndpointAccessMode",
  "EndpointConfiguration",
  "FailOnWarnings",
  "GatewayResponses",
  "MergeDefinitions",
  "MethodSettings",
  "MinimumCompressionSize",
  "Mode",
  "Models",
  "Name",
  "OpenApiVersion",
  "Policy",
  "PropagateTags",
  "SecurityPolicy",
  "StageName",
  "Tags",
  "TracingEnabled",
  "Variables",
]);

const REFUSED = [
  "AlwaysDeploy",
  "Domain",
  "EndpointAccessMode",
  "MergeDefinitions",
  "Policy",
  "PropagateTags",
  "SecurityPolicy",
];

export function openRestApi(resource: SamResource): RestApi {
  const { logicalId, properties } = resource;
  checkProperties(resource, KNOWN);
  for (const name of REFUSED) {
    if (properties[name] !== undefined && properties[name] !== false) {
      throw samNotSupported(`property ${name} of ${REST_API_TYPE}`, logicalId);
    }
  }
  if (properties["StageName"] === undefined) {
    throw resourceError(logicalId, "Missing required property 'StageName'.");
  }
  const { DefinitionBody: body, DefinitionUri: uri } = properties;
  if (body !== undefined && uri !== undefined) {
    throw resourceError(
      logicalId,
      "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.",
    );
  }
  return {
    resource,
    isManaged: body === undefined && uri === undefined,
    document: isObject(body) ? body : skeleton(properties["OpenApiVersion"]),
    paths: new Map(),
    validators: new Map(),
  };
}

/** The API that events without `RestApiId` share. */
export function implicitRestApi(globals: ValueObject): SamResource {
  return {
    logicalId: IMPLICIT_REST_API_ID,
    type: REST_API_TYPE,
    properties: { ...globals, StageName: IMPLICIT_STAGE },
    attributes: {},
  };
}

function skeleton(version: Value | undefined): ValueObject {
  const info = { version: "1.0", title: { Ref: "AWS::StackName" } };
  const text = String(version ?? "");
  return /^3(\.\d)(\.\d)?$/.test(text)
    ? { openapi: text, info, paths: {} }
    : { swagger: "2.0", info, paths: {} };
}

export interface RestApiResources {
  readonly resources: Resources;
  /** What stands behind `Api.Stage` and the like. */
  readonly names: ReadonlyMap<string, string>;
}

export function restApiResources(
  api: RestApi,
  conditions: Record<string, Value>,
  shared: SharedUsagePlan,
): RestApiResources {
  const { logicalId, properties, attributes } = api.resource;
  const location = bodyLocation(api);
  const body = location === undefined ? writtenBody(api, conditions) : undefined;
  const stageName = properties["StageName"] ?? IMPLICIT_STAGE;
  const stageId =
    typeof stageName === "string" && /^[A-Za-z0-9]+$/.test(stageName)
      ? `${logicalId}${stageName}Stage`
      : typeof stageName === "string"
        ? hashedId(`${logicalId}Stage`, stageName)
        : `${logicalId}Stage`;
  const digest = createHash("sha1")
    .update(JSON.stringify([body ?? location, properties["OpenApiVersion"] ?? null]))
    .digest("hex");
  const deploymentId = `${logicalId}Deployment${digest.slice(0, 10)}`;
  const inherited = inheritedAttributes(attributes);
  const resources: Resources = new Map();
  resources.set(logicalId, {
    Type: "AWS::ApiGateway::RestApi",
    ...ownAttributes(attributes),
    Properties: apiProperties(properties, body, location),
  });
  resources.set(deploymentId, {
    Type: "AWS::ApiGateway::Deployment",
    ...inherited,
    Properties: defined({
      Description: `RestApi deployment id: ${digest}`,
      RestApiId: ref(logicalId),
      StageName: properties["OpenApiVersion"] === undefined ? "Stage" : undefined,
    }),
  });
  resources.set(stageId, {
    Type: "AWS::ApiGateway::Stage",
    ...inherited,
    Properties: stageProperties(api.resource, deploymentId, stageName),
  });
  for (const [id, permission] of authorizerPermissions(api.resource)) {
    resources.set(id, permission);
  }
  for (const [id, resource] of usagePlanResources(api.resource, stageId, shared)) {
    resources.set(id, resource);
  }
  const names = new Map([
    [`${logicalId}.Stage`, stageId],
    [`${logicalId}.Deployment`, deploymentId],
    ...usageNames(api.resource, resources),
  ]);
  return { resources, names };
}

export interface SharedUsagePlan {
  readonly apiIds: string[];
  readonly stages: ValueObject[];
  readonly stageKeys: ValueObject[];
}

function usageNames(
  { logicalId }: SamResource,
  resources: Resources,
): readonly (readonly [string, string])[] {
  return (["UsagePlan", "UsagePlanKey", "ApiKey"] as const).flatMap((kind) =>
    [`${logicalId}${kind}`, `Serverless${kind}`]
      .filter((id) => resources.has(id))
      .map((id) => [`${logicalId}.${kind}`, id] as const),
  );
}

function apiProperties(
  properties: ValueObject,
  body: ValueObject | undefined,
  location: ValueObject | undefined,
): ValueObject {
  const endpoint = properties["EndpointConfiguration"];
  const type = isObject(endpoint) ? (endpoint["Type"] ?? endpoint) : endpoint;
  const parts = objectOf(endpoint);
  const more = isObject(endpoint) && endpoint["Type"] !== undefined;
  return defined({
    ApiKeySourceType: properties["ApiKeySourceType"],
    BinaryMediaTypes: properties["BinaryMediaTypes"],
    Body: body,
    BodyS3Location: location,
    Description: properties["Description"],
    EndpointConfiguration:
      type === undefined
        ? undefined
        : defined({
            Types: [type],
            VpcEndpointIds: more ? (parts["VPCEndpointIds"] ?? parts["VpcEndpointIds"]) : undefined,
            IpAddressType: more ? parts["IpAddressType"] : undefined,
          }),
    FailOnWarnings: properties["FailOnWarnings"],
    MinimumCompressionSize: properties["MinimumCompressionSize"],
    Mode: properties["Mode"],
    Name: properties["Name"],
    Parameters: type === undefined ? undefined : { endpointConfigurationTypes: type },
  });
}

function stageProperties(
  { logicalId, properties }: SamResource,
  deploymentId: string,
  stageName: Value,
): ValueObject {
  const tags = properties["Tags"];
  return defined({
    AccessLogSetting: properties["AccessLogSetting"],
    CacheClusterEnabled: properties["CacheClusterEnabled"],
    CacheClusterSize: properties["CacheClusterSize"],
    CanarySetting: properties["CanarySetting"],
    DeploymentId: ref(deploymentId),
    MethodSettings: properties["MethodSettings"],
    RestApiId: ref(logicalId),
    StageName: stageName,
    Tags: isObject(tags) ? tagList(tags) : undefined,
    TracingEnabled: properties["TracingEnabled"],
    Variables: properties["Variables"],
  });
}

/** A definition that lies in S3; the property may be an address, or bucket and key. */
function bodyLocation({ resource }: RestApi): ValueObject | undefined {
  const uri = resource.properties["DefinitionUri"];
  if (uri === undefined) {
    return undefined;
  }
  if (isObject(uri)) {
    if (uri["Bucket"] === undefined || uri["Key"] === undefined) {
      throw resourceError(
        resource.logicalId,
        "'DefinitionUri' requires Bucket and Key properties to be specified.",
      );
    }
    return defined({ Bucket: uri["Bucket"], Key: uri["Key"], Version: uri["Version"] });
  }
  const [, bucket, key, version] =
    /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(String(uri)) ?? [];
  if (bucket === undefined || key === undefined) {
    throw resourceError(
      resource.logicalId,
      "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
    );
  }
  return defined({ Bucket: bucket, Key: key, Version: version });
}

/** The definition with all that properties of the API write into it. */
function writtenBody(api: RestApi, conditions: Record<string, Value>): ValueObject {
  const { properties } = api.resource;
  let document: ValueObject = { ...api.document, paths: pathsOf(api, conditions) };
  if (api.validators.size > 0) {
    const name = "x-amazon-apigateway-request-validators";
    document = {
      ...document,
      [name]: { ...objectOf(document[name]), ...Object.fromEntries(api.validators) },
    };
  }
  document = withCors(api.resource, document);
  document = withAuth(api.resource, document);
  document = withGatewayResponses(api.resource, document);
  const media = properties["BinaryMediaTypes"];
  if (isList(media)) {
    const types = media.map((one) => (typeof one === "string" ? one.replaceAll("~1", "/") : one));
    document = { ...document, "x-amazon-apigateway-binary-media-types": types };
  }
  document = withModels(api.resource, document);
  const disabled = properties["DisableExecuteApiEndpoint"];
  return disabled === undefined ? document : withoutEndpoint(document, disabled);
}

function withoutEndpoint(document: ValueObject, disabled: Value): ValueObject {
  const name = "x-amazon-apigateway-endpoint-configuration";
  const configuration = { disableExecuteApiEndpoint: disabled };
  if (document["openapi"] === undefined) {
    return { ...document, [name]: { ...objectOf(document[name]), ...configuration } };
  }
  const servers = Array.isArray(document["servers"]) ? document["servers"] : [{}];
  return {
    ...document,
    servers: servers.map((server: Value) => ({
      ...objectOf(server),
      [name]: { ...objectOf(objectOf(server)[name]), ...configuration },
    })),
  };
}

/** Those of the template, and those of events under the conditions of their functions. */
function pathsOf(api: RestApi, conditions: Record<string, Value>): ValueObject {
  const paths: Record<string, Value> = { ...objectOf(api.document["paths"]) };
  for (const [path, methods] of api.paths) {
    const item = Object.fromEntries(
      [...methods].map(([name, { body, condition }]) => [
        name,
        condition === undefined ? body : { "Fn::If": [condition, body, NO_VALUE] },
      ]),
    );
    const whole = { ...objectOf(paths[path]), ...item };
    const names = [...methods.values()].map(({ condition }) => condition);
    const name = pathConditionName(api.resource, path);
    const condition = combinedCondition(names, name, conditions);
    paths[path] = condition === undefined ? whole : { "Fn::If": [condition, whole, NO_VALUE] };
  }
  return paths;
}
