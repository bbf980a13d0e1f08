/**
 * OpenAPI 3 definitions with API Gateway's extensions: what an HTTP API is imported from.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 *
 * Read are title, description, version and tags, `x-amazon-apigateway-cors`, security schemes with
 * authorizers, and of each operation its integration, its id and its security. Schemas, parameters and responses describe, and change nothing.
 */
import { isJsonObject } from "../../base/json.ts";
import { objectIn, parseDefinition, referredTo, textIn } from "../api-front/openapi-document.ts";
import type { Cors } from "./cors.ts";
import { badRequest } from "./errors.ts";
import type { IntegrationMembers } from "./integration.ts";
import {
  authorizationOf,
  authorizersOf,
  type ImportedAuthorization,
  type ImportedAuthorizer,
} from "./openapi-security.ts";

export interface ImportedApi {
  readonly settings: {
    readonly Name: string;
    readonly Description?: string | undefined;
    readonly Version?: string | undefined;
    readonly Tags?: Readonly<Record<string, string>> | undefined;
    readonly CorsConfiguration?: Cors | undefined;
  };
  readonly authorizers: readonly ImportedAuthorizer[];
  readonly routes: readonly ImportedRoute[];
}

export interface ImportedRoute {
  readonly routeKey: string;
  readonly operationName: string | undefined;
  readonly integration: IntegrationMembers | undefined;
  /** `undefined` for routes that anybody may use. */
  readonly authorization: ImportedAuthorization | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

export function parseOpenApi(body: string): ImportedApi {
  const document = parseDefinition(body);
  if (document === undefined) {
    throw badRequest("Invalid OpenAPI input.");
  }
  const version = document["openapi"];
  if (typeof version !== "string" || !version.startsWith("3.")) {
    throw badRequest("Unable to parse API definition because of a malformed OpenAPI version");
  }
  const info = objectIn(document, "info");
  return {
    settings: {
      Name: textIn(info, "title") ?? "",
      Description: textIn(info, "description"),
      Version: textIn(info, "version"),
      Tags: tagsOf(document),
      CorsConfiguration: corsOf(document),
    },
    authorizers: authorizersOf(document),
    routes: routesOf(document),
  };
}

function routesOf(document: Json): readonly ImportedRoute[] {
  const routes: ImportedRoute[] = [];
  for (const [path, item] of Object.entries(objectIn(document, "paths"))) {
    for (const [name, details] of Object.entries(isJsonObject(item) ? item : {})) {
      if (!isJsonObject(details) || !(name === ANY_METHOD || METHODS.includes(name))) {
        continue;
      }
      routes.push({
        routeKey: routeKeyOf(path, name, details),
        operationName: textIn(details, "operationId"),
        integration: integrationOf(document, details),
        authorization: authorizationOf(document, details),
      });
    }
  }
  return routes;
}

function routeKeyOf(path: string, name: string, details: Json): string {
  if (details["isDefaultRoute"] === true || /^\/?\$default$/.test(path)) {
    return "$default";
  }
  return `${name === ANY_METHOD ? "ANY" : name.toUpperCase()} ${path}`;
}

function integrationOf(document: Json, details: Json): IntegrationMembers | undefined {
  const stated = details[INTEGRATION];
  if (!isJsonObject(stated)) {
    return undefined;
  }
  const integration = resolved(document, stated);
  const timeout = integration["timeoutInMillis"];
  return {
    IntegrationType: textIn(integration, "type")?.toUpperCase(),
    IntegrationSubtype: textIn(integration, "integrationSubtype"),
    IntegrationUri: textIn(integration, "uri"),
    IntegrationMethod: textIn(integration, "httpMethod"),
    PayloadFormatVersion: textIn(integration, "payloadFormatVersion"),
    ConnectionType: textIn(integration, "connectionType"),
    ConnectionId: textIn(integration, "connectionId"),
    CredentialsArn: textIn(integration, "credentials"),
    Description: textIn(integration, "description"),
    TimeoutInMillis: timeout === undefined ? undefined : Number(timeout),
    RequestParameters: integration["requestParameters"] as IntegrationMembers["RequestParameters"],
    ResponseParameters: integration[
      "responseParameters"
    ] as IntegrationMembers["ResponseParameters"],
    TlsConfig: integration["tlsConfig"] as IntegrationMembers["TlsConfig"],
  };
}

/** `{"$ref": "#/components/x-amazon-apigateway-integrations/name"}` */
function resolved(document: Json, stated: Json): Json {
  const reference = textIn(stated, "$ref");
  if (reference === undefined) {
    return stated;
  }
  const target = referredTo(document, reference);
  if (target === undefined) {
    throw badRequest(`Invalid OpenAPI input. Unable to resolve the reference ${reference}`);
  }
  return target;
}

function corsOf(document: Json): Cors | undefined {
  const cors = document["x-amazon-apigateway-cors"];
  if (!isJsonObject(cors)) {
    return undefined;
  }
  const { allowCredentials, maxAge } = cors;
  return {
    ...(allowCredentials === undefined
      ? {}
      : { AllowCredentials: String(allowCredentials) === "true" }),
    ...(maxAge === undefined ? {} : { MaxAge: Number(maxAge) }),
    ...listMember("AllowHeaders", cors["allowHeaders"]),
    ...listMember("AllowMethods", cors["allowMethods"]),
    ...listMember("AllowOrigins", cors["allowOrigins"]),
    ...listMember("ExposeHeaders", cors["exposeHeaders"]),
  };
}

function listMember(name: string, value: unknown): Readonly<Record<string, readonly string[]>> {
  return Array.isArray(value) ? { [name]: value.map(String) } : {};
}

/** OpenAPI's own tags, with the value that makes them tags of the resource. */
function tagsOf(document: Json): Readonly<Record<string, string>> | undefined {
  const tags = Array.isArray(document["tags"]) ? document["tags"] : [];
  const entries = tags.flatMap((tag) => {
    const value = isJsonObject(tag) ? tag["x-amazon-apigateway-tag-value"] : undefined;
    return value === undefined ? [] : [[String(tag.name), String(value)] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
