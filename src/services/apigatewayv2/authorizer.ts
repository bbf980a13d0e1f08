/**
 * Authorizers: checks, and writing them.
 *
 * Unlike AWS, an issuer's discovery document is not asked for when its authorizer is made, so that
 * an application can be deployed where its identity provider cannot be reached.
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { functionArnOf } from "../api-front/integration-uri.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./api.ts";
import { authorizerNotFound, badRequest, conflict, invalidExpression } from "./errors.ts";
import { given, type Members } from "./given.ts";
import { type AuthorizerRecord, authorizers } from "./keys.ts";
import { AUTHORIZER_TTL_SECONDS_DEFAULT, AUTHORIZERS_MAX } from "./limits.ts";
import { parseSelection } from "./selection.ts";

export type AuthorizerMembers = Members<Input<"apigatewayv2", "CreateAuthorizer">>;

/** Refuses what does not exist here, by name. */
export function checkAuthorizerMembers(operation: string, members: AuthorizerMembers): void {
  if (members.IdentityValidationExpression) {
    throw notSupported(operation, "IdentityValidationExpression");
  }
}

export function requireAuthorizer(tx: ReadTx, apiId: string, id: string): AuthorizerRecord {
  const authorizer = isPartName(id) ? authorizers.get(tx, [apiId, id]) : undefined;
  if (authorizer === undefined) {
    throw authorizerNotFound(id);
  }
  return authorizer;
}

export function addAuthorizer(
  tx: WriteTx,
  apiId: string,
  members: AuthorizerMembers & { readonly AuthorizerType: string; readonly Name: string },
  authorizerId: string = newId(tx, PART_ID_LENGTH),
): AuthorizerRecord {
  const others = [...authorizers.list(tx, { prefix: [apiId] })];
  if (others.length >= AUTHORIZERS_MAX) {
    throw badRequest("Maximum number of Authorizers for this API has been reached");
  }
  const authorizer = {
    ...given(members),
    AuthorizerId: authorizerId,
    AuthorizerType: members.AuthorizerType,
    Name: members.Name,
  };
  return putAuthorizer(tx, apiId, authorizer);
}

/** Checks an authorizer against the rest of its API and writes it. */
export function putAuthorizer(
  tx: WriteTx,
  apiId: string,
  authorizer: AuthorizerRecord,
): AuthorizerRecord {
  if (authorizer.AuthorizerType === "JWT") {
    checkJwt(authorizer);
  } else {
    checkRequest(authorizer);
  }
  const { AuthorizerId, Name } = authorizer;
  for (const { record } of authorizers.list(tx, { prefix: [apiId] })) {
    if (record.Name === Name && record.AuthorizerId !== AuthorizerId) {
      throw conflict(`Authorizer with name ${Name} already exists for this API`);
    }
  }
  const written = withDefaults(authorizer);
  authorizers.put(tx, [apiId, AuthorizerId], written);
  return written;
}

function withDefaults(authorizer: AuthorizerRecord): AuthorizerRecord {
  const { AuthorizerType, IdentitySource = [], AuthorizerResultTtlInSeconds } = authorizer;
  if (AuthorizerType === "JWT" || AuthorizerResultTtlInSeconds !== undefined) {
    return authorizer;
  }
  const seconds = IdentitySource.length === 0 ? 0 : AUTHORIZER_TTL_SECONDS_DEFAULT;
  return { ...authorizer, AuthorizerResultTtlInSeconds: seconds };
}

const VERSIONS = ["1.0", "2.0"];

function checkRequest(authorizer: AuthorizerRecord): void {
  const { AuthorizerUri = "", AuthorizerPayloadFormatVersion: version } = authorizer;
  const { IdentitySource = [], AuthorizerResultTtlInSeconds: ttlSeconds = 0 } = authorizer;
  if (authorizer.JwtConfiguration !== undefined) {
    throw badRequest("JwtConfiguration is not supported for REQUEST authorizers");
  }
  if (!AuthorizerUri.includes("${") && functionArnOf(AuthorizerUri) === undefined) {
    throw badRequest(
      `Invalid Authorizer URI: ${AuthorizerUri}. Authorizer URI should be a valid API Gateway ` +
        "ARN that represents a Lambda function invocation.",
    );
  }
  if (version === undefined) {
    throw badRequest(
      "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer",
    );
  }
  if (!VERSIONS.includes(version)) {
    throw badRequest(`Invalid AuthorizerPayloadFormatVersion specified: ${version}`);
  }
  if (authorizer.EnableSimpleResponses === true && version === "1.0") {
    throw badRequest(
      "EnableSimpleResponses is not supported for AuthorizerPayloadFormatVersion 1.0",
    );
  }
  if (ttlSeconds > 0 && IdentitySource.length === 0) {
    throw badRequest("IdentitySource is required when authorizer caching is enabled");
  }
  checkSources(IdentitySource, ["header", "querystring", "context", "stageVariable"]);
}

function checkJwt(authorizer: AuthorizerRecord): void {
  const { IdentitySource = [], JwtConfiguration } = authorizer;
  const { Issuer = "", Audience = [] } = JwtConfiguration ?? {};
  for (const name of ["AuthorizerUri", "AuthorizerPayloadFormatVersion"] as const) {
    if (authorizer[name] !== undefined) {
      throw badRequest(`${name} is not supported for JWT authorizers`);
    }
  }
  if (IdentitySource.length !== 1) {
    throw badRequest("JWT authorizers require exactly one IdentitySource");
  }
  checkSources(IdentitySource, ["header", "querystring"]);
  if (!isIssuer(Issuer)) {
    throw badRequest(
      `Invalid issuer: ${Issuer}. Issuer must have a valid discovery endpoint ended with ` +
        "'/.well-known/openid-configuration'",
    );
  }
  if (Audience.length === 0) {
    throw badRequest("JwtConfiguration must have at least one Audience");
  }
}

function checkSources(sources: readonly string[], kinds: readonly string[]): void {
  for (const source of sources) {
    const selection = source.startsWith("$") ? parseSelection(source.slice(1)) : undefined;
    if (selection === undefined || !kinds.includes(selection.kind)) {
      throw invalidExpression(source);
    }
  }
}

/** AWS takes `https` alone; an issuer on this machine may do without. */
function isIssuer(issuer: string): boolean {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  return url?.protocol === "https:" || (url?.protocol === "http:" && isHere);
}
