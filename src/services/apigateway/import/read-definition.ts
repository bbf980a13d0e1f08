/**
 * Reads a definition: Swagger 2.0 or OpenAPI 3.0 with API Gateway's extensions.
 *
 * Examples, documentation parts and the like describe, and change nothing: they are passed over.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
 */
import { utf8Decode } from "../../../base/bytes.ts";
import { isJsonObject } from "../../../base/json.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import {
  listIn,
  objectIn,
  parseDefinition,
  textIn,
  textsIn,
} from "../../api-front/openapi-document.ts";
import { badRequest } from "../errors.ts";
import type { GatewayResponseRecord } from "../keys.ts";
import type {
  DefinedAuthorizer,
  DefinedModel,
  DefinedValidator,
  Definition,
  Json,
} from "./definition.ts";
import { joined, type Reading, securitySchemes } from "./document.ts";
import { createModels } from "./inline-models.ts";
import { readMethods } from "./read-method.ts";

export interface DefinitionInput {
  readonly body: Uint8Array;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

export function readDefinition(operation: string, input: DefinitionInput): Definition {
  const document = parseDefinition(utf8Decode(input.body)) ?? {};
  const isSwagger = String(document["swagger"] ?? "").startsWith("2.");
  if (!isSwagger && !String(document["openapi"] ?? "").startsWith("3.")) {
    throw badRequest("Invalid OpenAPI input.");
  }
  const models = createModels(modelsOf(document, isSwagger));
  const basePath = basePathOf(document, isSwagger, input.parameters?.["basepath"]);
  const reading: Reading = { operation, document, isSwagger, models, basePath };
  const methods = readMethods(reading);
  return {
    settings: settingsOf(reading, input.parameters ?? {}),
    validators: validatorsOf(document),
    authorizers: authorizersOf(reading),
    gatewayResponses: gatewayResponsesOf(document),
    paths: Object.keys(objectIn(document, "paths")).map((path) => joined(basePath, path)),
    methods,
    models: models.all(),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html */
function basePathOf(document: Json, isSwagger: boolean, mode = "ignore"): string {
  if (mode === "ignore") {
    return "";
  }
  const [server] = listIn(document, "servers").filter(isJsonObject);
  const url = textIn(server ?? {}, "url") ?? "";
  const variables = objectIn(server ?? {}, "variables");
  const filled = url.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(objectIn(variables, name)["default"] ?? ""),
  );
  const stated = isSwagger
    ? (textIn(document, "basePath") ?? "")
    : filled.replace(/^[a-z]+:\/\/[^/]*/, "");
  const path = `/${stated.replace(/^\/+|\/+$/g, "")}`;
  if (path === "/") {
    return "";
  }
  if (mode === "prepend") {
    return path;
  }
  if (mode === "split") {
    return path.replace(/^\/[^/]*/, "");
  }
  throw badRequest(`Invalid basepath mode specified: ${mode}`);
}

function settingsOf(
  { document, operation }: Reading,
  parameters: Readonly<Record<string, string>>,
) {
  const info = objectIn(document, "info");
  const compression = document["x-amazon-apigateway-minimum-compression-size"];
  const policy = document["x-amazon-apigateway-policy"];
  const [server] = listIn(document, "servers").filter(isJsonObject);
  const endpoint = objectIn(
    { ...document, ...server },
    "x-amazon-apigateway-endpoint-configuration",
  );
  if (endpoint["vpcEndpointIds"] !== undefined || parameters["vpcEndpointIds"] !== undefined) {
    throw notSupported(operation, "vpcEndpointIds");
  }
  const types = parameters["endpointConfigurationTypes"] ?? parameters["endpointConfiguration"];
  const disabled = endpoint["disableExecuteApiEndpoint"];
  return {
    name: textIn(info, "title") ?? "",
    description: textIn(info, "description"),
    version: textIn(info, "version"),
    binaryMediaTypes: document["x-amazon-apigateway-binary-media-types"] as
      | readonly string[]
      | undefined,
    apiKeySource: textIn(document, "x-amazon-apigateway-api-key-source"),
    minimumCompressionSize: compression === undefined ? undefined : Number(compression),
    policy: policy === undefined ? undefined : JSON.stringify(policy),
    disableExecuteApiEndpoint: disabled === undefined ? undefined : String(disabled) === "true",
    endpointConfiguration: types === undefined ? undefined : { types: types.split(",") },
  };
}

function modelsOf(document: Json, isSwagger: boolean): readonly DefinedModel[] {
  const schemas = isSwagger
    ? objectIn(document, "definitions")
    : objectIn(objectIn(document, "components"), "schemas");
  return Object.entries(schemas).map(([name, schema]) => ({
    name,
    contentType: "application/json",
    schema: isJsonObject(schema) ? schema : {},
  }));
}

function validatorsOf(document: Json): readonly DefinedValidator[] {
  return Object.entries(objectIn(document, "x-amazon-apigateway-request-validators")).map(
    ([name, stated]) => {
      const { validateRequestBody, validateRequestParameters } = isJsonObject(stated) ? stated : {};
      return {
        name,
        validateRequestBody: String(validateRequestBody) === "true",
        validateRequestParameters: String(validateRequestParameters) === "true",
      };
    },
  );
}

const AUTHORIZER = "x-amazon-apigateway-authorizer";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
function authorizersOf(reading: Reading): readonly DefinedAuthorizer[] {
  return Object.entries(securitySchemes(reading)).flatMap(([name, scheme]) => {
    const stated = isJsonObject(scheme) ? scheme[AUTHORIZER] : undefined;
    if (!isJsonObject(stated) || !isJsonObject(scheme)) {
      return [];
    }
    const type = (textIn(stated, "type") ?? "token").toUpperCase();
    const ttl = stated["authorizerResultTtlInSeconds"];
    const header = textIn(scheme, "name");
    return [
      {
        name,
        type,
        authType: textIn(scheme, "x-amazon-apigateway-authtype") ?? "custom",
        authorizerUri: textIn(stated, "authorizerUri"),
        authorizerCredentials: textIn(stated, "authorizerCredentials"),
        identityValidationExpression: textIn(stated, "identityValidationExpression"),
        identitySource:
          textIn(stated, "identitySource") ??
          (type === "TOKEN" ? `method.request.header.${header}` : undefined),
        authorizerResultTtlInSeconds: ttl === undefined ? undefined : Number(ttl),
        providerARNs: stated["providerARNs"] as readonly string[] | undefined,
      },
    ];
  });
}

function gatewayResponsesOf(document: Json): readonly GatewayResponseRecord[] {
  return Object.entries(objectIn(document, "x-amazon-apigateway-gateway-responses")).map(
    ([responseType, stated]) => {
      const given = isJsonObject(stated) ? stated : {};
      return {
        responseType,
        statusCode: textIn(given, "statusCode"),
        responseParameters: textsIn(given, "responseParameters"),
        responseTemplates: textsIn(given, "responseTemplates"),
      };
    },
  );
}
