/**
 * Methods of REST APIs that functions answer: events of the type `Api`.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  conditionOf,
  type EventResult,
  eventProperties,
  type FunctionEvent,
  permission,
} from "./function-event.ts";
import { IMPLICIT_REST_API_ID, type RestApi, type RestMethod } from "./rest-api.ts";
import { isOpenApi3 } from "./rest-api-document.ts";
import { eventError, samNotSupported } from "./sam-error.ts";
import { defined, objectOf, ref } from "./sam-resource.ts";

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const NO_VALUE: ValueObject = { Ref: "AWS::NoValue" };

interface Method {
  readonly path: string;
  /** As OpenAPI has it. */
  readonly name: string;
}

/** Writes the method into its API and lets the API call the function. */
export function restEvent(event: FunctionEvent, apis: ReadonlyMap<string, RestApi>): EventResult {
  const properties = eventProperties(event, {
    required: ["Path", "Method"],
    optional: [
      "Auth",
      "RequestModel",
      "RequestParameters",
      "ResponseTransferMode",
      "RestApiId",
      "TimeoutInMillis",
    ],
  });
  const api = apiOf(event, properties, apis);
  const written = String(properties["Method"]).toLowerCase();
  const method = {
    path: String(properties["Path"]),
    name: written === "any" ? ANY_METHOD : written,
  };
  if (api.isManaged) {
    addMethod(api, method, event);
  }
  const [id, resource] = permission(
    event,
    "apigateway.amazonaws.com",
    sourceArn(method, properties),
  );
  return { resources: [[`${id}${stageSuffix(api)}`, resource]] };
}

/** The logical id of the API an event belongs to. */
export function restApiIdOf(properties: ValueObject): Value {
  const id = properties["RestApiId"] ?? ref(IMPLICIT_REST_API_ID);
  return objectOf(id)["Ref"] ?? id;
}

function stageSuffix({ resource }: RestApi): string {
  const stage = resource.properties["StageName"];
  return typeof stage === "string" ? stage : "Stage";
}

function apiOf(
  event: FunctionEvent,
  properties: ValueObject,
  apis: ReadonlyMap<string, RestApi>,
): RestApi {
  const id = restApiIdOf(properties);
  const api = typeof id === "string" ? apis.get(id) : undefined;
  if (api === undefined) {
    throw eventError(
      event.function.logicalId,
      event.id,
      "RestApiId must be a valid reference to an 'AWS::Serverless::Api' resource in same template.",
    );
  }
  if (properties["ResponseTransferMode"] !== undefined) {
    throw samNotSupported("property ResponseTransferMode of Api events", event.logicalId);
  }
  return api;
}

function addMethod(api: RestApi, method: Method, event: FunctionEvent): void {
  const methods = api.paths.get(method.path) ?? new Map<string, RestMethod>();
  if (methods.has(method.name)) {
    throw eventError(
      event.function.logicalId,
      event.id,
      `API method "${String(event.properties["Method"]).toLowerCase()}" defined multiple times for path "${method.path}".`,
    );
  }
  methods.set(method.name, {
    body: methodBody(api, event),
    condition: conditionOf(event.function),
  });
  api.paths.set(method.path, methods);
}

function methodBody(api: RestApi, event: FunctionEvent): ValueObject {
  const { TimeoutInMillis } = event.properties;
  const condition = conditionOf(event.function);
  const target = event.aliasId ?? `${event.function.logicalId}.Arn`;
  const uri = {
    "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${target}}/invocations`,
  };
  const parameters = requestParametersOf(event);
  const cached = parameters.filter(({ isCached }) => isCached).map(({ name }) => name);
  const model = requestModelOf(api, event);
  const body = [...model.parameters, ...parameters.map(({ parameter }) => parameter)];
  const security = securityOfEvent(api, event);
  return defined({
    ...model.members,
    parameters: body.length === 0 ? undefined : body,
    responses: {},
    security: security.length === 0 ? undefined : security,
    [INTEGRATION]: defined({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: condition === undefined ? uri : { "Fn::If": [condition, uri, NO_VALUE] },
      credentials: credentialsOf(api, event),
      timeoutInMillis: TimeoutInMillis,
      cacheKeyParameters: cached.length === 0 ? undefined : cached,
    }),
  });
}

/** Functions behind IAM are called with the caller's own credentials, unless a role is given. */
function credentialsOf(api: RestApi, event: FunctionEvent): Value | undefined {
  const own = event.properties["Auth"];
  const shared = objectOf(api.resource.properties["Auth"]);
  const isIam =
    objectOf(own)["Authorizer"] === "AWS_IAM" ||
    (shared["DefaultAuthorizer"] === "AWS_IAM" && own === undefined);
  if (!isIam) {
    return undefined;
  }
  const role = objectOf(own)["InvokeRole"] ?? shared["InvokeRole"];
  if (role === "NONE") {
    return undefined;
  }
  return role === undefined || role === "CALLER_CREDENTIALS" ? "arn:aws:iam::*:user/*" : role;
}

function securityOfEvent(api: RestApi, event: FunctionEvent): readonly ValueObject[] {
  const auth = objectOf(event.properties["Auth"]);
  const { Authorizer: authorizer, ApiKeyRequired: key } = auth;
  for (const name of ["ResourcePolicy", "OverrideApiAuth"]) {
    if (auth[name] !== undefined) {
      throw samNotSupported(`property Auth.${name} of Api events`, event.logicalId);
    }
  }
  const security: ValueObject[] = [];
  if (typeof authorizer === "string") {
    const known = objectOf(objectOf(api.resource.properties["Auth"])["Authorizers"]);
    const isOwn = authorizer !== "NONE" && authorizer !== "AWS_IAM";
    if (isOwn && known[authorizer] === undefined) {
      const { Method, Path } = event.properties;
      throw eventError(
        event.function.logicalId,
        event.id,
        `Unable to set Authorizer [${authorizer}] on API method [${String(Method).toLowerCase()}] for path [${String(Path)}] because it wasn't defined in the API's Authorizers.`,
      );
    }
    const scopes =
      auth["AuthorizationScopes"] ?? objectOf(known[authorizer])["AuthorizationScopes"] ?? [];
    security.push({ [authorizer]: isOwn ? scopes : [] });
  }
  if (key !== undefined) {
    security.push(key === true ? { api_key: [] } : { api_key_false: [] });
  }
  return security;
}

interface RequestModel {
  readonly members: ValueObject;
  readonly parameters: readonly ValueObject[];
}

function requestModelOf(api: RestApi, event: FunctionEvent): RequestModel {
  const stated = event.properties["RequestModel"];
  if (!isObject(stated) || stated["Model"] === undefined) {
    return { members: {}, parameters: [] };
  }
  const { Model, Required, ValidateBody, ValidateParameters } = stated;
  const model = String(Model);
  const models = objectOf(api.resource.properties["Models"]);
  if (models[model] === undefined) {
    const { Method, Path } = event.properties;
    const problem =
      Object.keys(models).length === 0
        ? "because the related API does not define any Models."
        : "because it wasn't defined in the API's Models.";
    throw eventError(
      event.function.logicalId,
      event.id,
      `Unable to set RequestModel [${model}] on API method [${String(Method).toLowerCase()}] for path [${String(Path)}] ${problem}`,
    );
  }
  const members: Record<string, Value> = {};
  if (ValidateBody !== undefined || ValidateParameters !== undefined) {
    const asked = { body: ValidateBody === true, parameters: ValidateParameters === true };
    const name = validatorName(asked);
    members["x-amazon-apigateway-request-validator"] = name;
    api.validators.set(name, {
      validateRequestBody: asked.body,
      validateRequestParameters: asked.parameters,
    });
  }
  const name = model.toLowerCase();
  if (!isOpenApi3(api.document)) {
    const schema = { $ref: `#/definitions/${name}` };
    return { members, parameters: [defined({ in: "body", name, schema, required: Required })] };
  }
  const schema = { $ref: `#/components/schemas/${name}` };
  const content = { "application/json": { schema } };
  return {
    members: { ...members, requestBody: defined({ content, required: Required }) },
    parameters: [],
  };
}

function validatorName(asked: { readonly body: boolean; readonly parameters: boolean }): string {
  if (asked.body) {
    return asked.parameters ? "body-and-params" : "body-only";
  }
  return asked.parameters ? "params-only" : "no-validation";
}

interface RequestParameter {
  readonly name: string;
  readonly isCached: boolean;
  readonly parameter: ValueObject;
}

const PLACES: Readonly<Record<string, string>> = {
  querystring: "query",
  path: "path",
  header: "header",
};

function requestParametersOf(event: FunctionEvent): readonly RequestParameter[] {
  const stated = event.properties["RequestParameters"];
  return (isList(stated) ? stated : []).map((item) => {
    const [name = "", settings] = isObject(item)
      ? (Object.entries(item)[0] ?? [])
      : [String(item), {}];
    const [, place = "", own = ""] =
      /^method\.request\.(querystring|path|header)\.(.+)$/.exec(name) ?? [];
    const location = PLACES[place];
    if (location === undefined) {
      throw eventError(
        event.function.logicalId,
        event.id,
        "Invalid value for 'RequestParameters' property. Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'.",
      );
    }
    const { Required = false, Caching } = objectOf(settings);
    return {
      name,
      isCached: Caching === true,
      parameter: { in: location, name: own, required: Required, type: "string" },
    };
  });
}

/** Which requests may call the function: path parameters stand for anything. */
function sourceArn({ path, name }: Method, properties: ValueObject): ValueObject {
  const pattern = path
    .replace(/^(.+)\/$/, "$1")
    .replaceAll(/\{([a-zA-Z0-9._-]+|[a-zA-Z0-9._-]+\+)\}/g, "*");
  const method = name === ANY_METHOD ? "*" : name.toUpperCase();
  return {
    "Fn::Sub": [
      `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${method}${pattern}`,
      { __ApiId__: properties["RestApiId"] ?? ref(IMPLICIT_REST_API_ID), __Stage__: "*" },
    ],
  };
}
