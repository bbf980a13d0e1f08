/**
 * Authorization of HTTP APIs: authorizers become security schemes of the definition, and what
 * routes ask for becomes their security.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import type { FunctionEvent } from "./function-event.ts";
import { eventError, resourceError } from "./sam-error.ts";
import {
  defined,
  inheritedAttributes,
  isIntrinsic,
  objectOf,
  ref,
  type SamResource,
} from "./sam-resource.ts";

/** As the template has it; `checkedSchemes` tells whether it is right. */
export interface HttpApiAuth {
  readonly given: ValueObject;
  /** By name, without the built-in `AWS_IAM`; `undefined` where there is no such map. */
  readonly authorizers: ReadonlyMap<string, ValueObject> | undefined;
  readonly defaultAuthorizer: Value | undefined;
  readonly isIamEnabled: boolean;
}

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const INTEGRATION = "x-amazon-apigateway-integration";
const IAM = "AWS_IAM";
const NO_AUTHORIZER = "NONE";

const IAM_SCHEME: ValueObject = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};

/** `undefined` where the API says nothing of authorization. */
export function readHttpApiAuth({ properties }: SamResource): HttpApiAuth | undefined {
  const given = objectOf(properties["Auth"]);
  if (Object.keys(given).length === 0) {
    return undefined;
  }
  const { Authorizers: authorizers, DefaultAuthorizer: name } = given;
  return {
    given,
    authorizers: isObject(authorizers)
      ? new Map(Object.entries(authorizers).map(([key, value]) => [key, objectOf(value)]))
      : undefined,
    defaultAuthorizer: name === "" || objectOf(name)["Ref"] === "AWS::NoValue" ? undefined : name,
    isIamEnabled: given["EnableIamAuthorizer"] === true,
  };
}

/** The authorizers as security schemes; throws for what the translator refuses. */
export function checkedSchemes({ logicalId }: SamResource, auth: HttpApiAuth): ValueObject {
  const { given, isIamEnabled, defaultAuthorizer: name } = auth;
  const known = ["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];
  if (!Object.keys(given).every((key) => known.includes(key))) {
    throw resourceError(logicalId, "Invalid value for 'Auth' property");
  }
  const authorizers = given["Authorizers"];
  if (authorizers && !isObject(authorizers)) {
    throw resourceError(logicalId, "Property 'Auth.Authorizers' should be a map.");
  }
  const schemes: Record<string, ValueObject> = isIamEnabled ? { [IAM]: IAM_SCHEME } : {};
  for (const [key, authorizer] of Object.entries(objectOf(authorizers))) {
    if (!isObject(authorizer)) {
      throw resourceError(logicalId, `Property 'Auth.Authorizers.${key}' should be a map.`);
    }
    schemes[key] = schemeOf(logicalId, key, authorizer);
  }
  if (name !== undefined && typeof name !== "string") {
    throw resourceError(logicalId, "Property 'Auth.DefaultAuthorizer' should be a string.");
  }
  if (name !== undefined && schemes[name] === undefined) {
    throw resourceError(
      logicalId,
      `Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`,
    );
  }
  return schemes;
}

const OAUTH = "OAuth2 Authorizer";
const LAMBDA = "Lambda Authorizer";

/** What each property is for, in the order in which the translator looks at them. */
const PURPOSES: Readonly<Record<string, string>> = {
  AuthorizationScopes: OAUTH,
  JwtConfiguration: OAUTH,
  IdentitySource: `${OAUTH}. For Lambda Authorizer, use the 'Identity' property instead`,
  FunctionArn: LAMBDA,
  FunctionInvokeRole: LAMBDA,
  Identity: LAMBDA,
  AuthorizerPayloadFormatVersion: LAMBDA,
  EnableSimpleResponses: LAMBDA,
  EnableFunctionDefaultPermissions: LAMBDA,
};

function schemeOf(logicalId: string, name: string, authorizer: ValueObject): ValueObject {
  if (authorizer["OpenIdConnectUrl"] !== undefined) {
    throw resourceError(
      logicalId,
      `'OpenIdConnectUrl' is no longer a supported property for authorizer '${name}'. Please refer to the AWS SAM documentation.`,
    );
  }
  const { AuthorizationScopes: scopes, JwtConfiguration: configuration } = authorizer;
  if (scopes !== undefined && !isList(scopes)) {
    throw resourceError(logicalId, "AuthorizationScopes must be a list.");
  }
  const isJwt = configuration !== undefined && Object.keys(objectOf(configuration)).length > 0;
  for (const [property, purpose] of Object.entries(PURPOSES)) {
    if (authorizer[property] !== undefined && purpose.startsWith(OAUTH) !== isJwt) {
      throw resourceError(logicalId, `${property} is only supported for ${purpose}.`);
    }
  }
  return isJwt ? jwtScheme(logicalId, name, authorizer) : lambdaScheme(logicalId, name, authorizer);
}

function jwtScheme(logicalId: string, name: string, authorizer: ValueObject): ValueObject {
  const { IdentitySource: source, JwtConfiguration: configuration } = authorizer;
  if (!source) {
    throw resourceError(logicalId, `${name} ${OAUTH} must define 'IdentitySource'.`);
  }
  const lowered = Object.entries(objectOf(configuration)).map(
    ([key, value]) => [key.toLowerCase(), value] as const,
  );
  return {
    type: "oauth2",
    [AUTHORIZER]: {
      jwtConfiguration: Object.fromEntries(lowered),
      identitySource: source,
      type: "jwt",
    },
  };
}

function lambdaScheme(logicalId: string, name: string, authorizer: ValueObject): ValueObject {
  const { FunctionArn: arn, FunctionInvokeRole: role, Identity: identity } = authorizer;
  const { AuthorizerPayloadFormatVersion: version, EnableSimpleResponses: simple } = authorizer;
  for (const [property, value] of Object.entries({
    FunctionArn: arn,
    AuthorizerPayloadFormatVersion: version,
  })) {
    if (!value) {
      throw resourceError(logicalId, `${name} ${LAMBDA} must define '${property}'.`);
    }
  }
  const defaults = authorizer["EnableFunctionDefaultPermissions"];
  if (defaults !== undefined && typeof defaults !== "boolean") {
    throw resourceError(
      logicalId,
      `Property 'Authorizers.${name}.EnableFunctionDefaultPermissions' should be a boolean.`,
    );
  }
  const uri = `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`;
  return {
    type: "apiKey",
    name: "Unused",
    in: "header",
    [AUTHORIZER]: defined({
      type: "request",
      authorizerUri: { "Fn::Sub": [uri, { __FunctionArn__: arn ?? "" }] },
      authorizerCredentials: role && role !== "NONE" ? role : undefined,
      ...(identity ? identityMembers(logicalId, name, identity) : {}),
      authorizerPayloadFormatVersion: version,
      enableSimpleResponses: simple || undefined,
    }),
  };
}

const SOURCES = [
  ["$request.header.", "Headers"],
  ["$request.querystring.", "QueryStrings"],
  ["$stageVariables.", "StageVariables"],
  ["$context.", "Context"],
] as const;

function identityMembers(
  logicalId: string,
  name: string,
  identity: Value,
): Readonly<Record<string, Value | undefined>> {
  if (!isObject(identity)) {
    throw resourceError(logicalId, `Property 'Auth.Authorizers.${name}.Identity' should be a map.`);
  }
  const sources = SOURCES.flatMap(([prefix, property]) => {
    const values = identity[property] ?? [];
    const path = `Authorizers.${name}.Identity.${property}`;
    if (!isList(values)) {
      throw resourceError(logicalId, `Property '${path}' should be a list.`);
    }
    return values.map((value, at) => {
      if (typeof value !== "string") {
        throw resourceError(logicalId, `Property '${path}[${at}]' should be a string.`);
      }
      return prefix + value;
    });
  });
  return { authorizerResultTtlInSeconds: identity["ReauthorizeEvery"], identitySource: sources };
}

/** The definition's components, with the authorizers among their security schemes. */
export function withSchemes(components: Value | undefined, schemes: ValueObject): ValueObject {
  const before = objectOf(components);
  const securitySchemes = { ...objectOf(before["securitySchemes"]), ...schemes };
  return { ...before, securitySchemes };
}

/** A method's body with the default authorizer, where it names none itself. */
export function withDefaultAuthorizer(
  auth: HttpApiAuth,
  method: string,
  body: ValueObject,
): ValueObject {
  const { defaultAuthorizer: name } = auth;
  if (typeof name !== "string" || method === "options") {
    return body;
  }
  const branches = body["Fn::If"];
  if (isList(branches)) {
    const guarded = branches.map((branch, at) =>
      at > 0 && isObject(branch) ? withDefaultAuthorizer(auth, method, branch) : branch,
    );
    return { ...body, "Fn::If": guarded };
  }
  const security = body["security"];
  const isSaid = isList(security) ? security.length > 0 : Boolean(security);
  return body[INTEGRATION] === undefined || isSaid
    ? body
    : { ...body, security: [{ [name]: scopesOf(auth, name) }] };
}

function scopesOf(auth: HttpApiAuth, name: string): Value {
  return auth.authorizers?.get(name)?.["AuthorizationScopes"] ?? [];
}

/** What a route's event asks for: `undefined` when it leaves it to the API. */
export function eventSecurity(
  event: FunctionEvent,
  auth: HttpApiAuth | undefined,
  route: { readonly path: string; readonly method: string },
): ValueObject | undefined {
  const given = objectOf(event.properties["Auth"]);
  if (Object.keys(given).length === 0) {
    return undefined;
  }
  const name = given["Authorizer"] || auth?.defaultAuthorizer;
  if (name === undefined) {
    throw eventError(
      event.function.logicalId,
      event.id,
      "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.",
    );
  }
  checkEventAuthorizer(event, auth, { ...route, name });
  const scopes = given["AuthorizationScopes"];
  const at = `for path [${route.path}]`;
  if (scopes && !isList(scopes)) {
    throw eventError(
      event.function.logicalId,
      event.id,
      `Unable to set Authorizer on API method [${route.method}] ${at} because 'AuthorizationScopes' must be a list of strings.`,
    );
  }
  const key = String(name);
  const isBuiltIn = key === NO_AUTHORIZER || key === IAM || auth === undefined;
  const own = isList(scopes) && scopes.length > 0 ? scopes : undefined;
  return { [key]: isBuiltIn ? [] : (own ?? scopesOf(auth, key)) };
}

function checkEventAuthorizer(
  event: FunctionEvent,
  auth: HttpApiAuth | undefined,
  route: { readonly path: string; readonly method: string; readonly name: Value },
): void {
  const { path, method, name } = route;
  const refusal = (message: string): Error =>
    eventError(event.function.logicalId, event.id, message);
  const at = `on API method [${method}] for path [${path}]`;
  if (name === NO_AUTHORIZER) {
    if (auth?.defaultAuthorizer === undefined) {
      throw refusal(
        `Unable to set Authorizer ${at} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`,
      );
    }
    return;
  }
  if (name === IAM && auth?.isIamEnabled === true) {
    return;
  }
  const authorizers = auth?.authorizers;
  if (typeof name !== "string" || authorizers === undefined) {
    throw refusal(
      `Unable to set Authorizer [${isIntrinsic(name) ? JSON.stringify(name) : String(name)}] ${at}. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`,
    );
  }
  if (!authorizers.has(name)) {
    throw refusal(
      `Unable to set Authorizer [${name}] ${at} because ${
        authorizers.size === 0
          ? "the related API does not define any Authorizers."
          : "it wasn't defined in the API's Authorizers."
      }`,
    );
  }
}

/** Functions that authorize, where the API is to be let call them. */
export function authorizerPermissions(
  { logicalId, attributes }: SamResource,
  auth: HttpApiAuth,
): readonly (readonly [logicalId: string, resource: ValueObject])[] {
  return [...(auth.authorizers ?? [])]
    .filter(([, authorizer]) => authorizer["EnableFunctionDefaultPermissions"] === true)
    .map(([name, authorizer]) => [
      `${logicalId}${name}AuthorizerPermission`,
      {
        Type: "AWS::Lambda::Permission",
        ...inheritedAttributes(attributes),
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: authorizer["FunctionArn"] ?? "",
          Principal: "apigateway.amazonaws.com",
          SourceArn: {
            "Fn::Sub": [
              `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/authorizers/*`,
              { __ApiId__: ref(logicalId) },
            ],
          },
        },
      },
    ]);
}
