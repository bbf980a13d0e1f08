/** From an integration's configuration to what answers its requests. */
import { selectable } from "../context-variables.ts";
import type { IntegrationRecord } from "../keys.ts";
import { functionIntegration } from "./function-integration.ts";
import { httpIntegration } from "./http-integration.ts";
import type { DeployedIntegration } from "./integration-answer.ts";
import {
  type MappingRule,
  mappedRequest,
  mappedResponse,
  parseMappings,
} from "./parameter-mapping.ts";
import { serviceIntegration } from "./service-integration.ts";

/** `undefined` for what was put into the store by a version that knew more. */
export function compileIntegration(
  integration: IntegrationRecord,
): DeployedIntegration | undefined {
  if (integration.IntegrationSubtype) {
    return serviceIntegration(integration);
  }
  const inner =
    integration.IntegrationType === "HTTP_PROXY"
      ? httpIntegration(integration)
      : functionIntegration(integration);
  const { RequestParameters = {}, ResponseParameters = {} } = integration;
  const requestRules = parseMappings(RequestParameters, "request");
  const responseRules = new Map(
    Object.entries(ResponseParameters).map(
      ([status, mappings]) => [status, parseMappings(mappings, "response")] as const,
    ),
  );
  return requestRules.length === 0 && responseRules.size === 0
    ? inner
    : mappedIntegration(inner, requestRules, responseRules);
}

function mappedIntegration(
  inner: DeployedIntegration,
  requestRules: readonly MappingRule[],
  responseRules: ReadonlyMap<string, readonly MappingRule[]>,
): DeployedIntegration {
  return {
    async answer(ports, routed, on) {
      const sent =
        requestRules.length === 0
          ? routed
          : mappedRequest(requestRules, routed, selectable(routed));
      const answered = await inner.answer(ports, sent, on);
      const { response } = answered;
      const rules = responseRules.get(String(response.status));
      if (rules === undefined || !(response.body instanceof Uint8Array)) {
        return answered;
      }
      const { headers, body } = response;
      const mapped = mappedResponse(rules, response, selectable(routed, { headers, body }));
      return { ...answered, response: { ...mapped, body } };
    },
  };
}
