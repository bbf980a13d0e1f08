/** Reads the operations of a definition as methods with responses and integrations. */
import { isJsonObject } from "../../../base/json.ts";
import type {
  Integration,
  IntegrationResponse,
  MethodResponse,
} from "../../../wire/models/apigateway.gen.ts";
import { listIn, objectIn, referredTo, textIn, textsIn } from "../../api-front/openapi-document.ts";
import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { refuseCognito } from "../method.ts";
import type { DefinedMethod, Json } from "./definition.ts";
import { joined, type Reading, securitySchemes } from "./document.ts";

const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";
const VALIDATOR = "x-amazon-apigateway-request-validator";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

export function readMethods(reading: Reading): readonly DefinedMethod[] {
  const methods: DefinedMethod[] = [];
  for (const [path, item] of Object.entries(objectIn(reading.document, "paths"))) {
    const shared = isJsonObject(item) ? item : {};
    for (const [name, details] of Object.entries(shared)) {
      if (isJsonObject(details) && (name === ANY_METHOD || METHODS.includes(name.toLowerCase()))) {
        const parameters = [...listIn(shared, "parameters"), ...listIn(details, "parameters")];
        methods.push({
          path: joined(reading.basePath, path),
          ...readMethod(reading, name, { ...details, parameters }),
        });
      }
    }
  }
  return methods;
}

function readMethod(reading: Reading, name: string, details: Json): Omit<DefinedMethod, "path"> {
  const { document } = reading;
  const security = securityOf(reading, details);
  const integration = details[INTEGRATION];
  return {
    authorizerName: security.authorizerName,
    validatorName: textIn(details, VALIDATOR) ?? textIn(document, VALIDATOR),
    method: {
      ...given({
        operationName: textIn(details, "operationId"),
        authorizationScopes: security.scopes,
        requestParameters: requestParametersOf(reading, details),
        requestModels: requestModelsOf(reading, details),
        methodResponses: methodResponsesOf(reading, details),
        methodIntegration: isJsonObject(integration) ? integrationOf(integration) : undefined,
      }),
      httpMethod: name === ANY_METHOD ? "ANY" : name.toUpperCase(),
      authorizationType: security.authorizationType,
      apiKeyRequired: security.apiKeyRequired,
    },
  };
}

interface Security {
  readonly authorizationType: string;
  readonly authorizerName?: string;
  readonly scopes?: readonly string[];
  readonly apiKeyRequired: boolean;
}

function securityOf(reading: Reading, details: Json): Security {
  const auth = textIn(objectIn(details, "x-amazon-apigateway-auth"), "type");
  let security: Security = {
    authorizationType: auth?.toUpperCase() ?? "NONE",
    apiKeyRequired: false,
  };
  const stated = details["security"] ?? reading.document["security"];
  for (const requirement of Array.isArray(stated) ? stated : []) {
    for (const [name, scopes] of Object.entries(isJsonObject(requirement) ? requirement : {})) {
      const scheme = objectIn(securitySchemes(reading), name);
      const authtype = textIn(scheme, "x-amazon-apigateway-authtype")?.toLowerCase();
      if (authtype === "awssigv4") {
        security = { ...security, authorizationType: "AWS_IAM" };
      } else if (isJsonObject(scheme["x-amazon-apigateway-authorizer"])) {
        const isCognito = authtype === "cognito_user_pools";
        refuseCognito(reading.operation, isCognito ? "COGNITO_USER_POOLS" : undefined);
        security = {
          ...security,
          authorizationType: "CUSTOM",
          authorizerName: name,
          ...(Array.isArray(scopes) && scopes.length > 0 ? { scopes: scopes.map(String) } : {}),
        };
      } else if (scheme["type"] === "apiKey") {
        security = { ...security, apiKeyRequired: true };
      }
    }
  }
  return security;
}

const PLACES: Readonly<Record<string, string>> = {
  path: "path",
  query: "querystring",
  header: "header",
};

function requestParametersOf(reading: Reading, details: Json): Record<string, boolean> | undefined {
  const entries = listIn(details, "parameters").flatMap((item) => {
    const parameter = resolved(reading.document, item);
    const place = PLACES[textIn(parameter, "in") ?? ""];
    const name = textIn(parameter, "name");
    return place === undefined || name === undefined
      ? []
      : [[`method.request.${place}.${name}`, parameter["required"] === true] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function requestModelsOf(reading: Reading, details: Json): Record<string, string> | undefined {
  const { document, isSwagger, models } = reading;
  if (!isSwagger) {
    const content = objectIn(resolved(document, details["requestBody"]), "content");
    const entries = Object.entries(content).flatMap(([type, media]) => {
      const schema = isJsonObject(media) ? media["schema"] : undefined;
      return isJsonObject(schema) ? [[type, models.nameOf(schema, type)] as const] : [];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  const body = listIn(details, "parameters")
    .map((item) => resolved(document, item))
    .find((parameter) => parameter["in"] === "body");
  const schema = body?.["schema"];
  if (!isJsonObject(schema)) {
    return undefined;
  }
  const stated = [...listIn(details, "consumes"), ...listIn(document, "consumes")].map(String);
  const types = stated.length === 0 ? ["application/json"] : stated;
  return Object.fromEntries(types.map((type) => [type, models.nameOf(schema, type)]));
}

function methodResponsesOf(
  reading: Reading,
  details: Json,
): Record<string, MethodResponse> | undefined {
  const entries = Object.entries(objectIn(details, "responses"))
    .filter(([status]) => /^\d{3}$/.test(status))
    .map(([statusCode, item]) => {
      const response = resolved(reading.document, item);
      const headers = Object.keys(objectIn(response, "headers")).map(
        (name) => [`method.response.header.${name}`, false] as const,
      );
      const responseModels = responseModelsOf(reading, details, response);
      return [
        statusCode,
        {
          statusCode,
          ...(headers.length === 0 ? {} : { responseParameters: Object.fromEntries(headers) }),
          ...(responseModels === undefined ? {} : { responseModels }),
        },
      ] as const;
    });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function responseModelsOf(
  { document, isSwagger, models }: Reading,
  details: Json,
  response: Json,
): Record<string, string> | undefined {
  const produced = [...listIn(details, "produces"), ...listIn(document, "produces")].map(String);
  const contents = isSwagger
    ? [[produced[0] ?? "application/json", response["schema"]] as const]
    : Object.entries(objectIn(response, "content")).map(
        ([type, media]) => [type, isJsonObject(media) ? media["schema"] : undefined] as const,
      );
  const entries = contents.flatMap(([type, schema]) =>
    isJsonObject(schema) ? [[type, models.nameOf(schema, type)] as const] : [],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
function integrationOf(stated: Json): Integration {
  const timeout = stated["timeoutInMillis"];
  const responses = Object.entries(objectIn(stated, "responses")).map(([pattern, item]) =>
    integrationResponseOf(pattern, isJsonObject(item) ? item : {}),
  );
  const integrationResponses = Object.fromEntries(
    responses.map((response) => [response.statusCode ?? "", response]),
  );
  return given({
    type: (textIn(stated, "type") ?? "").toUpperCase(),
    httpMethod: textIn(stated, "httpMethod")?.toUpperCase(),
    uri: textIn(stated, "uri"),
    connectionType: textIn(stated, "connectionType"),
    connectionId: textIn(stated, "connectionId"),
    credentials: textIn(stated, "credentials"),
    requestParameters: textsIn(stated, "requestParameters"),
    requestTemplates: textsIn(stated, "requestTemplates"),
    passthroughBehavior: textIn(stated, "passthroughBehavior")?.toUpperCase(),
    contentHandling: textIn(stated, "contentHandling")?.toUpperCase(),
    timeoutInMillis: timeout === undefined ? undefined : Number(timeout),
    cacheNamespace: textIn(stated, "cacheNamespace"),
    cacheKeyParameters: stated["cacheKeyParameters"] as readonly string[] | undefined,
    tlsConfig: stated["tlsConfig"] as Integration["tlsConfig"],
    responseTransferMode: textIn(stated, "responseTransferMode")?.toUpperCase(),
    integrationResponses: responses.length === 0 ? undefined : integrationResponses,
  });
}

function integrationResponseOf(pattern: string, stated: Json): IntegrationResponse {
  return {
    ...given({
      responseParameters: textsIn(stated, "responseParameters"),
      responseTemplates: textsIn(stated, "responseTemplates"),
      contentHandling: textIn(stated, "contentHandling")?.toUpperCase(),
      selectionPattern: pattern === "default" ? undefined : pattern,
    }),
    statusCode: textIn(stated, "statusCode") ?? "200",
  };
}

/** What stands there, or what it refers to inside the document. */
function resolved(document: Json, item: unknown): Json {
  const stated = isJsonObject(item) ? item : {};
  const reference = stated["$ref"];
  if (typeof reference !== "string") {
    return stated;
  }
  const target = referredTo(document, reference);
  if (target === undefined) {
    throw badRequest(`Invalid OpenAPI input. Unable to resolve the reference ${reference}`);
  }
  return target;
}
