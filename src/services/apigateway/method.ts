/** Methods of resources, with their responses and integrations: parts of the resource's record. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  Integration,
  IntegrationResponse,
  MethodResponse,
} from "../../wire/models/apigateway.gen.ts";
import { badRequest, notFound } from "./errors.ts";
import { authorizers, type MethodRecord, models, type ResourceRecord, validators } from "./keys.ts";
import { putResource, requireResource } from "./resource.ts";

export interface MethodPlace {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

const HTTP_METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const AUTHORIZATION_TYPES = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];

export function checkHttpMethod(httpMethod: string): void {
  if (!HTTP_METHODS.includes(httpMethod)) {
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${HTTP_METHODS.join(",")}`);
  }
}

export function requireMethod(tx: ReadTx, place: MethodPlace): MethodRecord {
  const { methods } = requireResource(tx, place.restApiId, place.resourceId);
  return methodOf(methods, place.httpMethod);
}

function methodOf(methods: ResourceRecord["methods"], httpMethod: string): MethodRecord {
  const method = Object.hasOwn(methods, httpMethod) ? methods[httpMethod] : undefined;
  if (method === undefined) {
    throw notFound("Invalid Method identifier specified");
  }
  return method;
}

/** Changes a method of a resource, which must be there. */
export function changeMethod(
  tx: WriteTx,
  place: MethodPlace,
  change: (method: MethodRecord) => MethodRecord,
): MethodRecord {
  const resource = requireResource(tx, place.restApiId, place.resourceId);
  const after = change(methodOf(resource.methods, place.httpMethod));
  putResource(tx, place.restApiId, {
    ...resource,
    methods: { ...resource.methods, [place.httpMethod]: after },
  });
  return after;
}

export function requireIntegration(method: MethodRecord): Integration {
  if (method.methodIntegration === undefined) {
    throw notFound("Invalid Integration identifier specified");
  }
  return method.methodIntegration;
}

export function requireMethodResponse(method: MethodRecord, statusCode: string): MethodResponse {
  return byStatus(method.methodResponses, statusCode);
}

export function requireIntegrationResponse(
  method: MethodRecord,
  statusCode: string,
): IntegrationResponse {
  return byStatus(requireIntegration(method).integrationResponses, statusCode);
}

function byStatus<T>(responses: Readonly<Record<string, T>> | undefined, statusCode: string): T {
  const found =
    responses !== undefined && Object.hasOwn(responses, statusCode)
      ? responses[statusCode]
      : undefined;
  if (found === undefined) {
    throw notFound("Invalid Response status code specified");
  }
  return found;
}

/** What holds of a method however it came about. */
export function checkMethod(tx: ReadTx, apiId: string, method: MethodRecord): void {
  checkHttpMethod(method.httpMethod);
  const { authorizationType, authorizerId, requestValidatorId } = method;
  if (!AUTHORIZATION_TYPES.includes(authorizationType)) {
    throw badRequest(
      `Invalid AuthorizationType specified. Valid options are [${AUTHORIZATION_TYPES.join(", ")}]`,
    );
  }
  if (authorizationType === "CUSTOM" || authorizationType === "COGNITO_USER_POOLS") {
    if (authorizerId === undefined || authorizers.get(tx, [apiId, authorizerId]) === undefined) {
      throw badRequest(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
      );
    }
  }
  if (requestValidatorId && validators.get(tx, [apiId, requestValidatorId]) === undefined) {
    throw badRequest("Invalid Request Validator identifier specified");
  }
  checkModels(tx, apiId, method.requestModels);
  checkRequestParameters(method.requestParameters);
}

export function checkModels(
  tx: ReadTx,
  apiId: string,
  named: Readonly<Record<string, string>> | undefined,
): void {
  for (const name of Object.values(named ?? {})) {
    if (models.get(tx, [apiId, name]) === undefined) {
      throw badRequest(`Invalid model identifier specified: ${name}`);
    }
  }
}

const REQUEST_PARAMETER =
  /^method\.request\.(querystring|path|header|multivaluequerystring|multivalueheader)\.[^.].*$/;

export function checkRequestParameters(
  parameters: Readonly<Record<string, unknown>> | undefined,
): void {
  const wrong = Object.keys(parameters ?? {}).find((name) => !REQUEST_PARAMETER.test(name));
  if (wrong !== undefined) {
    throw badRequest(`Invalid mapping expression specified: ${wrong}`);
  }
}

const RESPONSE_PARAMETER = /^method\.response\.header\..+$/;

export function checkMethodResponse(tx: ReadTx, apiId: string, response: MethodResponse): void {
  checkStatusCode(response.statusCode ?? "");
  const wrong = Object.keys(response.responseParameters ?? {}).find(
    (name) => !RESPONSE_PARAMETER.test(name),
  );
  if (wrong !== undefined) {
    throw badRequest(`Invalid mapping expression specified: ${wrong}`);
  }
  checkModels(tx, apiId, response.responseModels);
}

export function checkStatusCode(statusCode: string): void {
  if (!/^[1-5]\d\d$/.test(statusCode)) {
    throw badRequest(`Invalid status code specified: ${statusCode}`);
  }
}

/** Cognito needs user pools, which do not exist here. */
export function refuseCognito(operation: string, type: string | undefined): void {
  if (type === "COGNITO_USER_POOLS") {
    throw notSupported(operation, "authorizers of type COGNITO_USER_POOLS");
  }
}
