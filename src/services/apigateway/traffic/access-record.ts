/**
 * What the variables of an access log's format stand for.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { AccessRecord } from "../../api-front/access-log.ts";
import { contextOf, type Incoming } from "./incoming.ts";
import type { Flow } from "./serve.ts";

export function accessRecord(incoming: Incoming, flow: Flow, nowMs: number): AccessRecord {
  const { answer, refusal, integrationMs } = flow;
  const reached = integrationMs !== undefined;
  return {
    ...flattened(contextOf(incoming, flow), ""),
    "error.message": refusal?.said ?? undefined,
    "error.messageString": refusal?.said === undefined ? undefined : JSON.stringify(refusal.said),
    "error.responseType": refusal?.type,
    "error.validationErrorString": refusal?.problems,
    "integration.error": reached ? refusal?.reason : undefined,
    "integration.latency": integrationMs,
    "integration.status": reached ? 200 : undefined,
    integrationErrorMessage: reached ? refusal?.reason : undefined,
    integrationLatency: integrationMs,
    integrationStatus: reached ? 200 : undefined,
    responseLatency: nowMs - incoming.startMs,
    responseLength: answer.body.length,
    status: answer.status,
  };
}

/** `identity.sourceIp`, `authorizer.principalId` */
function flattened(members: JsonObject, prefix: string): Record<string, string | number> {
  const flat: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(members)) {
    if (isJsonObject(value)) {
      Object.assign(flat, flattened(value, `${prefix}${name}.`));
    } else if (value !== undefined && value !== null) {
      flat[`${prefix}${name}`] = typeof value === "number" ? value : String(value);
    }
  }
  return flat;
}
