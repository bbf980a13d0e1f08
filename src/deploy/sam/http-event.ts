/** Routes of HTTP APIs that functions answer. */
import { isList, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  conditionOf,
  type EventResult,
  eventProperties,
  type FunctionEvent,
  permission,
} from "./function-event.ts";
import { type HttpApi, IMPLICIT_API_ID } from "./http-api.ts";
import { eventSecurity } from "./http-api-auth.ts";
import { eventError } from "./sam-error.ts";
import { defined, isIntrinsic, objectOf, ref } from "./sam-resource.ts";

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const DEFAULT_PATH = "$default";
const NO_VALUE: ValueObject = { Ref: "AWS::NoValue" };

interface Route {
  readonly path: string;
  /** As OpenAPI has it. */
  readonly method: string;
}

/** Writes the route into its API and lets the API call the function. */
export function httpEvent(event: FunctionEvent, apis: ReadonlyMap<string, HttpApi>): EventResult {
  const properties = eventProperties(event, {
    required: [],
    optional: [
      "ApiId",
      "Auth",
      "Method",
      "Path",
      "PayloadFormatVersion",
      "RouteSettings",
      "TimeoutInMillis",
    ],
  });
  const api = apiOf(event, properties, apis);
  const route = routeOf(event, properties);
  const alreadyAllowed =
    route.path !== DEFAULT_PATH && answersDefault(api, event.function.logicalId);
  addRoute(api, route, event);
  addRouteSettings(api, route, event);
  return {
    resources: alreadyAllowed
      ? []
      : [permission(event, "apigateway.amazonaws.com", sourceArn(route, properties))],
  };
}

/** The logical id of the API an event belongs to. */
export function apiIdOf(properties: ValueObject): Value {
  const id = properties["ApiId"] ?? ref(IMPLICIT_API_ID);
  return objectOf(id)["Ref"] ?? id;
}

function apiOf(
  event: FunctionEvent,
  properties: ValueObject,
  apis: ReadonlyMap<string, HttpApi>,
): HttpApi {
  const id = apiIdOf(properties);
  const api = typeof id === "string" ? apis.get(id) : undefined;
  if (api === undefined) {
    throw eventError(
      event.function.logicalId,
      event.id,
      "ApiId must be a valid reference to an 'AWS::Serverless::HttpApi' resource in same template.",
    );
  }
  return api;
}

function routeOf(event: FunctionEvent, properties: ValueObject): Route {
  const { Path: path, Method: method } = properties;
  if (path === undefined && method === undefined) {
    return { path: DEFAULT_PATH, method: ANY_METHOD };
  }
  for (const [name, value] of Object.entries({ Path: path, Method: method })) {
    if (typeof value !== "string") {
      throw eventError(
        event.function.logicalId,
        event.id,
        value === undefined
          ? `Property '${name}' is required.`
          : `Property '${name}' should be a string.`,
      );
    }
  }
  const lower = String(method).toLowerCase();
  return { path: String(path), method: lower === "any" ? ANY_METHOD : lower };
}

/** Whether the function has the API's `$default` route, whose permission covers every path. */
function answersDefault(api: HttpApi, functionId: string): boolean {
  const route = api.paths.get(DEFAULT_PATH)?.get(ANY_METHOD);
  return route !== undefined && JSON.stringify(route).includes(`\${${functionId}.Arn}`);
}

function addRoute(api: HttpApi, route: Route, event: FunctionEvent): void {
  const methods = api.paths.get(route.path) ?? new Map<string, ValueObject>();
  const existing = methods.get(route.method);
  if (existing?.[INTEGRATION] !== undefined || existing?.["Fn::If"] !== undefined) {
    if (api.isManaged) {
      const { Method: method } = event.properties;
      throw eventError(
        event.function.logicalId,
        event.id,
        `API method '${String(method).toLowerCase()}' defined multiple times for path '${route.path}'.`,
      );
    }
    return;
  }
  const condition = conditionOf(event.function);
  const method = typeof event.properties["Method"] === "string" ? event.properties["Method"] : "";
  const said = { path: route.path, method: (method || ANY_METHOD).toLowerCase() };
  const security = eventSecurity(event, api.auth, said);
  const body = routeBody(route, event, withSecurity(existing ?? {}, security));
  methods.set(
    route.method,
    condition === undefined ? body : { "Fn::If": [condition, body, NO_VALUE] },
  );
  api.paths.set(route.path, methods);
  const conditions = api.conditions.get(route.path) ?? new Map<string, string | undefined>();
  conditions.set(route.method, condition);
  api.conditions.set(route.path, conditions);
}

function withSecurity(body: ValueObject, added: ValueObject | undefined): ValueObject {
  if (added === undefined) {
    return body;
  }
  const before = isList(body["security"]) ? body["security"] : [];
  return { ...body, security: [...before, added] };
}

function routeBody(route: Route, event: FunctionEvent, existing: ValueObject): ValueObject {
  const { PayloadFormatVersion, TimeoutInMillis } = event.properties;
  const condition = conditionOf(event.function);
  const target = event.aliasId ?? `${event.function.logicalId}.Arn`;
  const uri = {
    "Fn::Sub": `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${target}}/invocations`,
  };
  const parameters = [...route.path.matchAll(/\{(.*?)\}/g)].map(([, name]) => ({
    name: name ?? "",
    in: "path",
    required: true,
  }));
  const isDefault = route.path === DEFAULT_PATH && route.method === ANY_METHOD;
  return defined({
    ...existing,
    responses: existing["responses"] ?? {},
    isDefaultRoute: isDefault ? true : undefined,
    parameters: parameters.length === 0 ? existing["parameters"] : parameters,
    [INTEGRATION]: defined({
      type: "aws_proxy",
      httpMethod: "POST",
      payloadFormatVersion: PayloadFormatVersion ?? "2.0",
      uri: condition === undefined ? uri : { "Fn::If": [condition, uri, NO_VALUE] },
      timeoutInMillis: TimeoutInMillis,
    }),
  });
}

function addRouteSettings(api: HttpApi, route: Route, event: FunctionEvent): void {
  const settings = event.properties["RouteSettings"];
  if (settings === undefined) {
    return;
  }
  const condition = conditionOf(event.function);
  const key =
    route.method === ANY_METHOD ? route.path : `${route.method.toUpperCase()} ${route.path}`;
  const wrapped =
    condition === undefined ? settings : { "Fn::If": [condition, settings, NO_VALUE] };
  const before = objectOf(api.routeSettings.get(key));
  api.routeSettings.set(key, isIntrinsic(wrapped) ? wrapped : { ...before, ...objectOf(wrapped) });
}

/** Which requests may call the function: path parameters stand for anything. */
function sourceArn(route: Route, properties: ValueObject): ValueObject {
  const path =
    route.path === DEFAULT_PATH
      ? ""
      : route.path.replace(/^(.+)\/$/, "$1").replaceAll(/\{([a-zA-Z0-9._-]+|proxy\+)\}/g, "*");
  const method = route.method === ANY_METHOD ? "*" : route.method.toUpperCase();
  return {
    "Fn::Sub": [
      `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${method}${path}`,
      { __ApiId__: properties["ApiId"] ?? ref(IMPLICIT_API_ID), __Stage__: "*" },
    ],
  };
}
