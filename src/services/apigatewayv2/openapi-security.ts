/**
 * What an OpenAPI definition says of authorization: authorizers from its security schemes, and of
 * each operation which of them it asks.
 *
 * A scheme without API Gateway's extensions is documentation, as on AWS: it guards nothing.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-authorizer.html
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { AuthorizerMembers } from "./authorizer.ts";
import { badRequest } from "./errors.ts";

export interface ImportedAuthorizer {
  readonly name: string;
  readonly type: "JWT" | "REQUEST";
  readonly members: AuthorizerMembers;
}

export interface ImportedAuthorization {
  readonly type: "AWS_IAM" | "CUSTOM" | "JWT";
  /** `undefined` for `AWS_IAM`. */
  readonly authorizerName: string | undefined;
  readonly scopes: readonly string[];
}

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTHORIZATION_TYPE = "x-amazon-apigateway-authtype";
const OPERATION_AUTHORIZATION = "x-amazon-apigateway-auth";
const DISCOVERY = /\/\.well-known\/openid-configuration$/;

export function authorizersOf(document: JsonObject): readonly ImportedAuthorizer[] {
  return Object.entries(schemesOf(document)).flatMap(([name, scheme]) => {
    const stated = isJsonObject(scheme) ? scheme[AUTHORIZER] : undefined;
    return isJsonObject(scheme) && isJsonObject(stated)
      ? [importedAuthorizer(name, scheme, stated)]
      : [];
  });
}

function schemesOf(document: JsonObject): JsonObject {
  const components = document["components"];
  const schemes = isJsonObject(components) ? components["securitySchemes"] : undefined;
  return isJsonObject(schemes) ? schemes : {};
}

function importedAuthorizer(
  name: string,
  scheme: JsonObject,
  stated: JsonObject,
): ImportedAuthorizer {
  const IdentitySource = sourcesOf(stated["identitySource"]);
  switch (String(stated["type"]).toLowerCase()) {
    case "jwt":
      return { name, type: "JWT", members: { IdentitySource, ...jwtMembers(scheme, stated) } };
    case "request":
      return { name, type: "REQUEST", members: { IdentitySource, ...requestMembers(stated) } };
    default:
      throw badRequest(`Unsupported type of authorizer ${name}: ${String(stated["type"])}`);
  }
}

/** `openIdConnectUrl` names the issuer where the configuration does not. */
function jwtMembers(scheme: JsonObject, stated: JsonObject): AuthorizerMembers {
  const given = stated["jwtConfiguration"];
  const configuration = isJsonObject(given) ? given : {};
  const audience = configuration["audience"] ?? [];
  const address = textOf(scheme["openIdConnectUrl"] ?? stated["openIdConnectUrl"]);
  return {
    JwtConfiguration: {
      Issuer: textOf(configuration["issuer"]) ?? address?.replace(DISCOVERY, ""),
      Audience: (Array.isArray(audience) ? audience : [audience]).map(String),
    },
  };
}

function requestMembers(stated: JsonObject): AuthorizerMembers {
  const ttl = stated["authorizerResultTtlInSeconds"];
  const simple = stated["enableSimpleResponses"];
  return {
    AuthorizerUri: textOf(stated["authorizerUri"]),
    AuthorizerCredentialsArn: textOf(stated["authorizerCredentials"]),
    AuthorizerPayloadFormatVersion: textOf(stated["authorizerPayloadFormatVersion"]),
    AuthorizerResultTtlInSeconds: ttl === undefined ? undefined : Number(ttl),
    EnableSimpleResponses: simple === undefined ? undefined : String(simple) === "true",
    IdentityValidationExpression: textOf(stated["identityValidationExpression"]),
  };
}

/** A list, or texts with commas between. */
function sourcesOf(given: unknown): readonly string[] {
  const texts = Array.isArray(given) ? given.map(String) : (textOf(given)?.split(",") ?? []);
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** Of one operation: its own requirements, else those of the whole definition. */
export function authorizationOf(
  document: JsonObject,
  details: JsonObject,
): ImportedAuthorization | undefined {
  const own = details[OPERATION_AUTHORIZATION];
  const ownType = isJsonObject(own) ? String(own["type"]).toUpperCase() : undefined;
  if (ownType === "AWS_IAM") {
    return { type: ownType, authorizerName: undefined, scopes: [] };
  }
  const requirements = ownType === "NONE" ? [] : (details["security"] ?? document["security"]);
  for (const requirement of Array.isArray(requirements) ? requirements : []) {
    for (const [name, scopes] of Object.entries(isJsonObject(requirement) ? requirement : {})) {
      const authorization = authorizationBy(name, schemesOf(document)[name], scopes);
      if (authorization !== undefined) {
        return authorization;
      }
    }
  }
  return undefined;
}

function authorizationBy(
  name: string,
  scheme: unknown,
  scopes: unknown,
): ImportedAuthorization | undefined {
  if (!isJsonObject(scheme)) {
    return undefined;
  }
  const stated = scheme[AUTHORIZER];
  if (isJsonObject(stated)) {
    return String(stated["type"]).toLowerCase() === "jwt"
      ? { type: "JWT", authorizerName: name, scopes: Array.isArray(scopes) ? scopes : [] }
      : { type: "CUSTOM", authorizerName: name, scopes: [] };
  }
  return String(scheme[AUTHORIZATION_TYPE]).toLowerCase() === "awssigv4"
    ? { type: "AWS_IAM", authorizerName: undefined, scopes: [] }
    : undefined;
}
