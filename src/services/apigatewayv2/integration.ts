/** Integrations: checks, and writing them. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./api.ts";
import { badRequest, integrationNotFound } from "./errors.ts";
import { type Given, given, type Members } from "./given.ts";
import { checkedIntegration } from "./integrations/check-integration.ts";
import { ABSENT_SUBTYPES } from "./integrations/service-call.ts";
import { type IntegrationRecord, integrations } from "./keys.ts";
import { INTEGRATION_TIMEOUT_MS, INTEGRATIONS_MAX } from "./limits.ts";

export type IntegrationMembers = Members<Input<"apigatewayv2", "CreateIntegration">>;

/** Members of WebSocket APIs and private integrations. */
const UNSUPPORTED = [
  "ConnectionId",
  "ContentHandlingStrategy",
  "RequestTemplates",
  "TemplateSelectionExpression",
  "TlsConfig",
] as const satisfies readonly (keyof IntegrationMembers)[];

const TYPES = ["AWS_PROXY", "HTTP_PROXY"];

/** Refuses what does not exist here, by name. */
export function checkIntegrationMembers(operation: string, members: IntegrationMembers): void {
  const { IntegrationType, ConnectionType, IntegrationSubtype } = members;
  if (IntegrationType !== undefined && !TYPES.includes(IntegrationType)) {
    throw notSupported(operation, `the integration type ${IntegrationType}`);
  }
  if (ConnectionType !== undefined && ConnectionType !== "INTERNET") {
    throw notSupported(operation, `the connection type ${ConnectionType}`);
  }
  if (ABSENT_SUBTYPES.includes(IntegrationSubtype ?? "")) {
    throw notSupported(operation, `the integration subtype ${IntegrationSubtype}`);
  }
  for (const name of UNSUPPORTED) {
    const value = members[name];
    if (value !== undefined && Object.keys(value).length > 0) {
      throw notSupported(operation, name);
    }
  }
}

/** Of an API that is made with its target: an endpoint's address, else a function's ARN. */
export function quickTarget(target: string): IntegrationMembers {
  return /^https?:/.test(target)
    ? {
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: target,
        PayloadFormatVersion: "1.0",
      }
    : {
        IntegrationType: "AWS_PROXY",
        IntegrationMethod: "POST",
        IntegrationUri: target,
        PayloadFormatVersion: "2.0",
      };
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
    ...(members.IntegrationType === "AWS_PROXY" && { IntegrationMethod: "POST" }),
    TimeoutInMillis: INTEGRATION_TIMEOUT_MS,
    ...keptMembers(members),
    ...managed,
    IntegrationId: newId(tx, PART_ID_LENGTH),
  };
  return putIntegration(tx, apiId, integration);
}

/** Checks an integration and writes it, without the mappings that were taken away. */
export function putIntegration(
  tx: WriteTx,
  apiId: string,
  given: IntegrationRecord,
): IntegrationRecord {
  const integration = checkedIntegration(given);
  integrations.put(tx, [apiId, integration.IntegrationId], integration);
  return integration;
}
