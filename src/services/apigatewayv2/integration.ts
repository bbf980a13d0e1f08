/** Integrations: checks, and writing them. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./api.ts";
import { badRequest, integrationNotFound } from "./errors.ts";
import { type Given, given, type Members } from "./given.ts";
import { functionArnOf } from "./integration-uri.ts";
import { type IntegrationRecord, integrations } from "./keys.ts";
import { INTEGRATION_TIMEOUT_MS, INTEGRATIONS_MAX } from "./limits.ts";

export type IntegrationMembers = Members<Input<"apigatewayv2", "CreateIntegration">>;

/** Members that HTTP APIs with functions behind them do without, or that do not exist here. */
const UNSUPPORTED = [
  "IntegrationSubtype",
  "ConnectionId",
  "ContentHandlingStrategy",
  "RequestTemplates",
  "TemplateSelectionExpression",
  "RequestParameters",
  "ResponseParameters",
  "TlsConfig",
] as const satisfies readonly (keyof IntegrationMembers)[];

/** Refuses what does not exist here, by name. */
export function checkIntegrationMembers(operation: string, members: IntegrationMembers): void {
  const { IntegrationType, ConnectionType } = members;
  if (IntegrationType !== undefined && IntegrationType !== "AWS_PROXY") {
    throw notSupported(operation, `the integration type ${IntegrationType}`);
  }
  if (ConnectionType !== undefined && ConnectionType !== "INTERNET") {
    throw notSupported(operation, `the connection type ${ConnectionType}`);
  }
  for (const name of UNSUPPORTED) {
    const value = members[name];
    if (value !== undefined && Object.keys(value).length > 0) {
      throw notSupported(operation, name);
    }
  }
}

/** Terraform names a `PassthroughBehavior` always; HTTP APIs take it and forget it. */
export function keptMembers(members: IntegrationMembers): Given<IntegrationMembers> {
  const { PassthroughBehavior: _, ...kept } = members;
  return given(kept);
}

export function requireIntegration(tx: ReadTx, apiId: string, id: string): IntegrationRecord {
  const integration = isPartName(id) ? integrations.get(tx, [apiId, id]) : undefined;
  if (integration === undefined) {
    throw integrationNotFound(id);
  }
  return integration;
}

export function addIntegration(
  tx: WriteTx,
  apiId: string,
  members: IntegrationMembers,
  managed: { readonly ApiGatewayManaged?: true } = {},
): IntegrationRecord {
  const others = [...integrations.list(tx, { prefix: [apiId] })];
  if (others.length >= INTEGRATIONS_MAX) {
    throw badRequest("Maximum number of Integrations for this API has been reached");
  }
  const integration: IntegrationRecord = {
    ConnectionType: "INTERNET",
    IntegrationMethod: "POST",
    TimeoutInMillis: INTEGRATION_TIMEOUT_MS,
    ...keptMembers(members),
    ...managed,
    IntegrationId: newId(tx, PART_ID_LENGTH),
  };
  putIntegration(tx, apiId, integration);
  return integration;
}

export function putIntegration(tx: WriteTx, apiId: string, integration: IntegrationRecord): void {
  const { IntegrationUri, PayloadFormatVersion } = integration;
  if (PayloadFormatVersion === undefined) {
    throw badRequest("PayloadFormatVersion is a required parameter for LAMBDA integration");
  }
  if (PayloadFormatVersion !== "1.0" && PayloadFormatVersion !== "2.0") {
    throw badRequest(`Invalid PayloadFormatVersion specified: ${PayloadFormatVersion}`);
  }
  if (!namesFunction(IntegrationUri)) {
    throw badRequest("Invalid Lambda function ARN specified");
  }
  integrations.put(tx, [apiId, integration.IntegrationId], integration);
}

/** A URI with stage variables is known for good only when a stage is called. */
function namesFunction(uri: string | undefined): boolean {
  return uri !== undefined && (uri.includes("${") || functionArnOf(uri) !== undefined);
}
