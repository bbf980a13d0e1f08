/**
 * HTTP APIs: those a template declares, and the implicit one that events without `ApiId` share.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { combinedCondition, pathConditionName } from "./api-conditions.ts";
import { hashedId } from "./function-event.ts";
import {
  authorizerPermissions,
  checkedSchemes,
  type HttpApiAuth,
  readHttpApiAuth,
  withDefaultAuthorizer,
  withSchemes,
} from "./http-api-auth.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  inheritedAttributes,
  isIntrinsic,
  objectOf,
  ownAttributes,
  type Resources,
  ref,
  type SamResource,
} from "./sam-resource.ts";

export const HTTP_API_TYPE = "AWS::Serverless::HttpApi";
export const IMPLICIT_API_ID = "ServerlessHttpApi";
const DEFAULT_TITLE: ValueObject = { Ref: "AWS::StackName" };
const NO_VALUE: ValueObject = { Ref: "AWS::NoValue" };
const CREATED_BY = "httpapi:createdBy";

/** An API whose definition is still being written. */
export interface HttpApi {
  readonly resource: SamResource;
  /** The definition is made from events; otherwise it is the template's own. */
  readonly isManaged: boolean;
  readonly auth: HttpApiAuth | undefined;
  /** The OpenAPI document; its paths are in `paths`. */
  readonly document: ValueObject;
  readonly paths: Map<string, Map<string, ValueObject>>;
  /** The conditions of the functions behind each method, by path. */
  readonly conditions: Map<string, Map<string, string | undefined>>;
  readonly routeSettings: Map<string, Value>;
}

const KNOWN = new Set([
  "AccessLogSettings",
  "Auth",
  "CorsConfiguration",
  "DefaultRouteSettings",
  "DefinitionBody",
  "DefinitionUri",
  "Description",
  "DisableExecuteApiEndpoint",
  "Domain",
  "FailOnWarnings",
  "Name",
  "PropagateTags",
  "RouteSettings",
  "StageName",
  "StageVariables",
  "Tags",
]);

const REFUSED = ["DefinitionUri", "Domain", "PropagateTags"];

export function openHttpApi(resource: SamResource): HttpApi {
  checkProperties(resource, KNOWN);
  for (const name of REFUSED) {
    if (resource.properties[name] !== undefined) {
      throw samNotSupported(`property ${name} of ${HTTP_API_TYPE}`, resource.logicalId);
    }
  }
  const body = resource.properties["DefinitionBody"];
  const document = isObject(body)
    ? body
    : { openapi: "3.0.1", info: { version: "1.0", title: DEFAULT_TITLE }, paths: {} };
  return {
    resource,
    isManaged: !isObject(body),
    auth: readHttpApiAuth(resource),
    document,
    paths: readPaths(document),
    conditions: new Map(),
    routeSettings: new Map(Object.entries(objectOf(resource.properties["RouteSettings"]))),
  };
}

function readPaths(document: ValueObject): HttpApi["paths"] {
  return new Map(
    Object.entries(objectOf(document["paths"])).map(([path, methods]) => [
      path,
      new Map(
        Object.entries(objectOf(methods)).map(
          ([method, body]) => [method, objectOf(body)] as const,
        ),
      ),
    ]),
  );
}

/** The API and its stage; conditions that had to be made go into `conditions`. */
export function httpApiResources(
  api: HttpApi,
  conditions: Record<string, Value>,
): { readonly resources: Resources; readonly stageId: string } {
  const { logicalId, properties, attributes } = api.resource;
  const tags = { ...objectOf(properties["Tags"]), [CREATED_BY]: "SAM" };
  const body = writtenBody(api, tags, conditions);
  const stageName = properties["StageName"] ?? "$default";
  const stageId = stageLogicalId(logicalId, stageName);
  const routeSettings = Object.fromEntries(api.routeSettings);
  const resources: Resources = new Map();
  resources.set(logicalId, {
    Type: "AWS::ApiGatewayV2::Api",
    ...ownAttributes(attributes),
    Properties: defined({ Body: body, FailOnWarnings: properties["FailOnWarnings"] }),
  });
  resources.set(stageId, {
    Type: "AWS::ApiGatewayV2::Stage",
    ...inheritedAttributes(attributes),
    Properties: defined({
      AccessLogSettings: properties["AccessLogSettings"],
      ApiId: ref(logicalId),
      AutoDeploy: true,
      DefaultRouteSettings: properties["DefaultRouteSettings"],
      RouteSettings: api.routeSettings.size === 0 ? undefined : routeSettings,
      StageName: stageName,
      StageVariables: properties["StageVariables"],
      Tags: tags,
    }),
  });
  for (const [id, permission] of api.auth ? authorizerPermissions(api.resource, api.auth) : []) {
    resources.set(id, permission);
  }
  return { resources, stageId };
}

function stageLogicalId(apiId: string, stageName: Value): string {
  if (stageName === "$default") {
    return `${apiId}ApiGatewayDefaultStage`;
  }
  return typeof stageName === "string" && /^[A-Za-z0-9]+$/.test(stageName)
    ? `${apiId}${stageName}Stage`
    : hashedId(`${apiId}Stage`, stageName);
}

function writtenBody(
  api: HttpApi,
  tags: ValueObject,
  conditions: Record<string, Value>,
): ValueObject {
  const { properties } = api.resource;
  const { servers, tags: _, ...rest } = api.document;
  const endpoint = properties["DisableExecuteApiEndpoint"];
  const cors = corsOf(api.resource);
  return defined({
    ...rest,
    components: api.auth
      ? withSchemes(rest["components"], checkedSchemes(api.resource, api.auth))
      : rest["components"],
    info: infoOf(api),
    paths: pathsOf(api, conditions),
    servers: endpoint === undefined ? servers : serversWith(servers, endpoint),
    tags: tagsOf(api.document["tags"], tags),
    "x-amazon-apigateway-cors":
      cors === undefined
        ? rest["x-amazon-apigateway-cors"]
        : { ...objectOf(rest["x-amazon-apigateway-cors"]), ...cors },
  });
}

function infoOf(api: HttpApi): Value | undefined {
  const { logicalId, properties } = api.resource;
  const { Name: name, Description: description } = properties;
  const info = objectOf(api.document["info"]);
  const already = (what: string): Error =>
    resourceError(
      logicalId,
      `Unable to set ${what} because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.`,
    );
  if (name !== undefined && !api.isManaged && !isIntrinsic(info["title"])) {
    throw already("Name");
  }
  if (description !== undefined && info["description"] !== undefined) {
    throw already("Description");
  }
  const changed = defined({ ...info, title: name ?? info["title"] });
  return description === undefined ? changed : { ...changed, description };
}

function serversWith(servers: Value | undefined, disabled: Value): Value {
  const key = "x-amazon-apigateway-endpoint-configuration";
  return (isList(servers) ? servers : [{}]).map((server) => ({
    ...objectOf(server),
    [key]: { ...objectOf(objectOf(server)[key]), disableExecuteApiEndpoint: disabled },
  }));
}

function tagsOf(existing: Value | undefined, tags: ValueObject): Value {
  const kept = (isList(existing) ? existing : []).map(objectOf);
  const value = "x-amazon-apigateway-tag-value";
  const updated = kept.map((tag) => {
    const next = tags[String(tag["name"])];
    return next === undefined ? tag : { ...tag, [value]: next };
  });
  const added = Object.entries(tags)
    .filter(([name]) => !kept.some((tag) => tag["name"] === name))
    .map(([name, tagValue]) => ({ name, [value]: tagValue }));
  return [...updated, ...added];
}

const CORS_NAMES: Readonly<Record<string, string>> = {
  AllowOrigins: "allowOrigins",
  AllowHeaders: "allowHeaders",
  AllowMethods: "allowMethods",
  ExposeHeaders: "exposeHeaders",
  MaxAge: "maxAge",
  AllowCredentials: "allowCredentials",
};

function corsOf(resource: SamResource): ValueObject | undefined {
  const cors = resource.properties["CorsConfiguration"];
  if (cors === undefined || cors === false) {
    return undefined;
  }
  if (cors === true) {
    return { allowOrigins: ["*"] };
  }
  if (!isObject(cors)) {
    throw resourceError(resource.logicalId, "Invalid value for 'Cors' property.");
  }
  if (isIntrinsic(cors)) {
    return { allowOrigins: cors };
  }
  const origins = cors["AllowOrigins"];
  if (cors["AllowCredentials"] === true && isList(origins) && origins[0] === "*") {
    throw resourceError(
      resource.logicalId,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set.",
    );
  }
  return Object.fromEntries(
    Object.entries(cors).map(([key, value]) => {
      const name = CORS_NAMES[key];
      if (name === undefined) {
        throw resourceError(resource.logicalId, `Invalid key '${key}' for 'Cors' property.`);
      }
      return [name, value];
    }),
  );
}

function pathsOf(api: HttpApi, conditions: Record<string, Value>): ValueObject {
  const failsOnWarnings = api.resource.properties["FailOnWarnings"] === true;
  const paths: Record<string, Value> = {};
  for (const [path, methods] of api.paths) {
    const { auth } = api;
    const item = Object.fromEntries(
      auth === undefined
        ? methods
        : [...methods].map(([method, body]) => [method, withDefaultAuthorizer(auth, method, body)]),
    );
    const known = [...(api.conditions.get(path)?.values() ?? [])];
    const condition = api.isManaged
      ? combinedCondition(known, pathConditionName(api.resource, path), conditions)
      : undefined;
    const name = failsOnWarnings && path === "$default" ? "/$default" : path;
    paths[name] = condition === undefined ? item : { "Fn::If": [condition, item, NO_VALUE] };
  }
  return paths;
}
