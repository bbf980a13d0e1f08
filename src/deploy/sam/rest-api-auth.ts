/**
 * `Auth` of REST APIs and of their events: authorizers, the default one, API keys.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { isOpenApi3, overMethods } from "./rest-api-document.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import { defined, inheritedAttributes, objectOf, ref, type SamResource } from "./sam-resource.ts";

const KNOWN = [
  "AddApiKeyRequiredToCorsPreflight",
  "AddDefaultAuthorizerToCorsPreflight",
  "ApiKeyRequired",
  "Authorizers",
  "DefaultAuthorizer",
  "InvokeRole",
  "ResourcePolicy",
  "UsagePlan",
];

const API_KEY_SCHEME: ValueObject = { type: "apiKey", name: "x-api-key", in: "header" };
const IAM = "AWS_IAM";
const IAM_SCHEME: ValueObject = {
  "x-amazon-apigateway-authtype": "awsSigv4",
  type: "apiKey",
  name: "Authorization",
  in: "header",
};

/** The definition with what the API's `Auth`, and that of its events, asks for. */
export function withAuth(resource: SamResource, document: ValueObject): ValueObject {
  const auth = objectOf(resource.properties["Auth"]);
  checkAuth(resource, auth);
  const schemes = schemesOf(resource, auth);
  let written = document;
  const defaultAuthorizer = auth["DefaultAuthorizer"];
  if (typeof defaultAuthorizer === "string") {
    if (schemes[defaultAuthorizer] === undefined) {
      throw resourceError(
        resource.logicalId,
        `Unable to set DefaultAuthorizer because '${defaultAuthorizer}' was not defined in 'Authorizers'.`,
      );
    }
    const scopes = objectOf(objectOf(auth["Authorizers"])[defaultAuthorizer])[
      "AuthorizationScopes"
    ];
    written = withDefaultAuthorizer(written, {
      name: defaultAuthorizer,
      scopes: scopes ?? [],
      known: new Set([IAM, ...Object.keys(schemes)]),
      onPreflight: auth["AddDefaultAuthorizerToCorsPreflight"] !== false,
    });
  }
  if (auth["ApiKeyRequired"] === true) {
    written = withApiKeys(written, auth["AddApiKeyRequiredToCorsPreflight"] !== false);
  }
  const used = usedSchemes(written);
  const iam = used.has(IAM) && { [IAM]: schemes[IAM] ?? IAM_SCHEME };
  const key = (used.has("api_key") || auth["ApiKeyRequired"] === true) && {
    api_key: API_KEY_SCHEME,
  };
  return withSchemes(written, { ...schemes, ...iam, ...key });
}

function checkAuth({ logicalId }: SamResource, auth: ValueObject): void {
  if (Object.keys(auth).some((key) => !KNOWN.includes(key))) {
    throw resourceError(logicalId, "Invalid value for 'Auth' property");
  }
  if (auth["ResourcePolicy"] !== undefined) {
    throw samNotSupported("property Auth.ResourcePolicy of AWS::Serverless::Api", logicalId);
  }
}

function schemesOf(resource: SamResource, auth: ValueObject): ValueObject {
  const schemes: Record<string, Value> = {};
  if (auth["DefaultAuthorizer"] === IAM) {
    schemes[IAM] = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    };
  }
  for (const [name, value] of Object.entries(objectOf(auth["Authorizers"]))) {
    schemes[name] = schemeOf(resource, name, objectOf(value));
  }
  return schemes;
}

const SOURCES: Readonly<Record<string, string>> = {
  Headers: "method.request.header.",
  QueryStrings: "method.request.querystring.",
  StageVariables: "stageVariables.",
  Context: "context.",
};

function schemeOf({ logicalId }: SamResource, name: string, authorizer: ValueObject): ValueObject {
  if (authorizer["UserPoolArn"] !== undefined) {
    throw samNotSupported(
      `property Auth.Authorizers.${name}.UserPoolArn (Cognito) of AWS::Serverless::Api`,
      logicalId,
    );
  }
  const { FunctionPayloadType: payload, FunctionInvokeRole: role } = authorizer;
  if (![undefined, "TOKEN", "REQUEST"].includes(payload as string | undefined)) {
    throw resourceError(
      logicalId,
      `${name} Authorizer has invalid 'FunctionPayloadType': ${String(payload)}.`,
    );
  }
  const identity = objectOf(authorizer["Identity"]);
  const sources = Object.entries(SOURCES).flatMap(([kind, prefix]) => {
    const names = identity[kind];
    return (isList(names) ? names : []).map((one) => `${prefix}${String(one)}`);
  });
  const isRequest = payload === "REQUEST";
  const ttl = identity["ReauthorizeEvery"];
  if (isRequest && sources.length === 0 && !(ttl !== undefined && Number(ttl) <= 0)) {
    throw resourceError(
      logicalId,
      `${name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context.`,
    );
  }
  const uri = {
    "Fn::Sub": [
      `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`,
      { __FunctionArn__: authorizer["FunctionArn"] ?? null },
    ],
  };
  return {
    type: "apiKey",
    name: isRequest ? "Unused" : (identity["Header"] ?? "Authorization"),
    in: "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": defined({
      type: isRequest ? "request" : "token",
      authorizerUri: uri,
      authorizerResultTtlInSeconds: ttl,
      authorizerCredentials: role === "NONE" ? undefined : role,
      identitySource: isRequest && sources.length > 0 ? sources.join(", ") : undefined,
      identityValidationExpression: isRequest ? undefined : identity["ValidationExpression"],
    }),
  };
}

interface DefaultAuthorizer {
  readonly name: string;
  readonly scopes: Value;
  readonly known: ReadonlySet<string>;
  readonly onPreflight: boolean;
}

/** `NONE` at a method turns the default one off; an authorizer of its own takes its place. */
function withDefaultAuthorizer(document: ValueObject, authorizer: DefaultAuthorizer): ValueObject {
  return overMethods(document, (method, name) => {
    if (name === "options" && !authorizer.onPreflight) {
      return method;
    }
    const all = securityOf(method);
    const own = all.filter((one) => Object.keys(one).some((key) => authorizer.known.has(key)));
    const others = all.filter((one) => !own.includes(one));
    const none = others.findIndex((one) => one["NONE"] !== undefined);
    const security =
      none >= 0
        ? others.filter((_, index) => index !== none)
        : [...others, ...(own.length > 0 ? own : [{ [authorizer.name]: authorizer.scopes }])];
    return security.length === 0 ? method : { ...method, security };
  });
}

function withApiKeys(document: ValueObject, onPreflight: boolean): ValueObject {
  return overMethods(document, (method, name) => {
    const all = securityOf(method);
    const isKey = (one: ValueObject): boolean =>
      one["api_key"] !== undefined || one["api_key_false"] !== undefined;
    const others = all.filter((one) => !isKey(one));
    const own = all.filter(isKey);
    const isOff = own.some((one) => one["api_key_false"] !== undefined);
    const kept = own.filter((one) => one["api_key_false"] === undefined);
    const added = isOff ? [] : [{ api_key: [] }];
    const security =
      name === "options" && !onPreflight ? others : [...others, ...(isOff ? [] : added)];
    const same = JSON.stringify(security) === JSON.stringify(all);
    return same || (isOff && kept.length > 0) ? method : { ...method, security };
  });
}

export function securityOf(method: ValueObject): readonly ValueObject[] {
  const security = method["security"];
  return isList(security) ? security.map(objectOf) : [];
}

function usedSchemes(document: ValueObject): ReadonlySet<string> {
  const used = new Set<string>();
  overMethods(document, (method) => {
    for (const name of securityOf(method).flatMap(Object.keys)) {
      used.add(name);
    }
    return method;
  });
  return used;
}

function withSchemes(document: ValueObject, schemes: ValueObject): ValueObject {
  if (Object.keys(schemes).length === 0) {
    return document;
  }
  if (!isOpenApi3(document)) {
    const before = objectOf(document["securityDefinitions"]);
    return { ...document, securityDefinitions: { ...before, ...schemes } };
  }
  const { securityDefinitions, ...rest } = document;
  const components = objectOf(rest["components"]);
  const before = {
    ...objectOf(components["securitySchemes"]),
    ...(isObject(securityDefinitions) ? securityDefinitions : {}),
  };
  return { ...rest, components: { ...components, securitySchemes: { ...before, ...schemes } } };
}

/** Lets the API call the functions of its authorizers. */
export function authorizerPermissions(
  resource: SamResource,
): readonly (readonly [string, ValueObject])[] {
  const { logicalId, attributes, properties } = resource;
  const authorizers = objectOf(objectOf(properties["Auth"])["Authorizers"]);
  return Object.entries(authorizers).flatMap(([name, value]) => {
    const { FunctionArn: arn, DisableFunctionDefaultPermissions: disabled } = objectOf(value);
    if (arn === undefined || disabled === true) {
      return [];
    }
    const permission = {
      Type: "AWS::Lambda::Permission",
      ...inheritedAttributes(attributes),
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: arn,
        Principal: "apigateway.amazonaws.com",
        SourceArn: {
          "Fn::Sub": [
            `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/authorizers/*`,
            { __ApiId__: ref(logicalId) },
          ],
        },
      },
    };
    return [[`${logicalId}${name}AuthorizerPermission`, permission] as const];
  });
}
