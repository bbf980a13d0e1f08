/** Integrations with functions: the call of one for a routed request, within the integration's time. */
import { utf8Encode } from "../../../base/bytes.ts";
import { functionArnOf, withStageVariables } from "../../api-front/integration-uri.ts";
import { plain, REASONS } from "../answer.ts";
import { callFunction } from "../function-call.ts";
import { functionResponse } from "../function-response.ts";
import type { IntegrationRecord } from "../keys.ts";
import { INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import { payloadV1, payloadV2, type RoutedRequest } from "../payload.ts";
import {
  type DeployedIntegration,
  integrationAnswered,
  integrationFailed,
} from "./integration-answer.ts";

export function functionIntegration(integration: IntegrationRecord): DeployedIntegration {
  const { IntegrationUri = "", PayloadFormatVersion, TimeoutInMillis } = integration;
  const format = PayloadFormatVersion === "1.0" ? "1.0" : "2.0";
  const timeoutMs = TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  const fixed = functionArnOf(IntegrationUri);
  const arnFor = IntegrationUri.includes("${")
    ? (routed: RoutedRequest) =>
        functionArnOf(withStageVariables(IntegrationUri, routed.stageVariables ?? {}))
    : () => fixed;
  return {
    async answer(ports, routed, { api, beganMs }) {
      const functionArn = arnFor(routed);
      if (functionArn === undefined) {
        const { requestId, nowMs: startMs, routeKey, authorizer } = routed;
        const response = plain(500, REASONS[500], requestId);
        return { response, startMs, routeKey, authorizer };
      }
      const payload = format === "1.0" ? payloadV1(routed) : payloadV2(routed);
      const outcome = await callFunction(ports, {
        api,
        trace: routed.trace,
        functionArn,
        payload: utf8Encode(JSON.stringify(payload)),
        untilMs: beganMs + timeoutMs,
      });
      if ("status" in outcome) {
        const { status, error } = outcome;
        return integrationFailed(ports, routed, { status, beganMs, error });
      }
      const { functionError } = outcome;
      const response = functionError ? undefined : functionResponse(outcome.payload, format);
      if (response === undefined) {
        const error = functionError ?? "The function's response is malformed.";
        const failed = { status: 500, integrationStatus: 200, beganMs, error } as const;
        return integrationFailed(ports, routed, failed);
      }
      return integrationAnswered(ports, routed, { response, beganMs, status: 200 });
    },
  };
}
