/** Models, validators, authorizers and gateway responses: what every API has beside its tree. */

import { parseArn } from "../../base/arn.ts";
import { isJsonObject, parseJson } from "../../base/json.ts";
import { schemaFaults } from "../../languages/json-schema/schema-faults.ts";
import type { ReadTx } from "../../store/store.ts";
import { badRequest, notFound } from "./errors.ts";
import { isPartName } from "./ids.ts";
import {
  type AuthorizerRecord,
  authorizers,
  type ModelRecord,
  models,
  type ValidatorRecord,
  validators,
} from "./keys.ts";
import { refuseCognito } from "./method.ts";

export function requireModel(tx: ReadTx, apiId: string, name: string): ModelRecord {
  const model = isPartName(name) ? models.get(tx, [apiId, name]) : undefined;
  if (model === undefined) {
    throw notFound(`Invalid model name specified: ${name}`);
  }
  return model;
}

export function requireValidator(tx: ReadTx, apiId: string, id: string): ValidatorRecord {
  const validator = isPartName(id) ? validators.get(tx, [apiId, id]) : undefined;
  if (validator === undefined) {
    throw notFound("Invalid Request Validator identifier specified");
  }
  return validator;
}

export function requireAuthorizer(tx: ReadTx, apiId: string, id: string): AuthorizerRecord {
  const authorizer = isPartName(id) ? authorizers.get(tx, [apiId, id]) : undefined;
  if (authorizer === undefined) {
    throw notFound("Invalid Authorizer identifier specified");
  }
  return authorizer;
}

const INVALID_SCHEMA = "Invalid model schema specified";

export function checkModel(model: {
  readonly name: string;
  readonly schema?: string | undefined;
}): void {
  if (!/^[A-Za-z0-9]+$/.test(model.name)) {
    throw badRequest(`Model name must be alphanumeric: ${model.name}`);
  }
  if (model.schema === undefined || model.schema === "") {
    return;
  }
  const schema = parseJson(model.schema);
  const faults = isJsonObject(schema) ? schemaFaults(schema) : [INVALID_SCHEMA];
  if (faults.length > 0) {
    throw badRequest(
      `Invalid model specified: Validation Result: warnings : [], errors : [${faults.join(", ")}]`,
    );
  }
}

const TTL_MAX = 3_600;

export function checkAuthorizer(operation: string, authorizer: Omit<AuthorizerRecord, "id">): void {
  const {
    type,
    authorizerUri = "",
    identitySource,
    authorizerResultTtlInSeconds: ttl,
  } = authorizer;
  if (!["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].includes(type)) {
    throw badRequest(
      "Invalid Authorizer type. Valid types are: TOKEN, REQUEST, COGNITO_USER_POOLS",
    );
  }
  refuseCognito(operation, type);
  const arn = parseArn(authorizerUri);
  if (arn?.service !== "apigateway" || arn.accountId !== "lambda") {
    throw badRequest(
      `Invalid Authorizer URI: ${authorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  if (ttl !== undefined && !(ttl >= 0 && ttl <= TTL_MAX)) {
    throw badRequest(`Authorizer result TTL must be between 0 and ${TTL_MAX} seconds`);
  }
  const sources = (identitySource ?? "")
    .split(",")
    .map((source) => source.trim())
    .filter(Boolean);
  const wrong = sources.find(
    (source) => !SOURCES[type === "TOKEN" ? "TOKEN" : "REQUEST"].test(source),
  );
  if (wrong !== undefined || (type === "TOKEN" && sources.length !== 1)) {
    throw badRequest(`Invalid identity source: ${wrong ?? identitySource}`);
  }
  if (type === "REQUEST" && sources.length === 0 && (ttl ?? DEFAULT_TTL) > 0) {
    throw badRequest("Identity source is required when caching is enabled");
  }
}

/** How long, in seconds, a decision is kept that says nothing else. */
export const DEFAULT_TTL = 300;

const SOURCES = {
  TOKEN: /^method\.request\.header\.\S+$/,
  REQUEST:
    /^(method\.request\.(header|querystring|multivalueheader|multivaluequerystring)|stageVariables|context)\.\S+$/,
} as const;
