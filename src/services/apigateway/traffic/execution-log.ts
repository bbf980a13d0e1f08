/**
 * Execution logs: what became of a request, step by step, in the group
 * `API-Gateway-Execution-Logs_<apiId>/<stage>`, for methods whose settings ask for it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
import type { MethodSetting } from "../../../wire/models/apigateway.gen.ts";
import type { AccessLog } from "../../api-front/access-log.ts";
import type { Incoming } from "./incoming.ts";
import type { Flow } from "./serve.ts";

/** Lines that show what is in requests and answers: for those who ask for data as well. */
const DATA = /^Endpoint (?:request|response) body /;

export function logExecution(log: AccessLog, incoming: Incoming, flow: Flow, nowMs: number): void {
  const setting = settingOf(incoming, flow);
  const level = setting?.loggingLevel ?? "OFF";
  if (level === "OFF" || (level === "ERROR" && flow.refusal === undefined)) {
    return;
  }
  const { api, stage } = incoming;
  const { accountId, region } = api;
  const group = `API-Gateway-Execution-Logs_${api.id}/${stage.stageName}`;
  for (const line of executionLines(incoming, flow)) {
    if (setting?.dataTraceEnabled === true || !DATA.test(line)) {
      log.note({ accountId, region }, group, `(${incoming.requestId}) ${line}`, nowMs);
    }
  }
}

export function executionLines(incoming: Incoming, { answer }: Flow): readonly string[] {
  const { request, match } = { request: incoming.request, match: incoming.path };
  return [
    `Starting execution for request: ${incoming.requestId}`,
    `HTTP Method: ${request.method}, Resource Path: ${match}`,
    ...incoming.lines,
    `Method completed with status: ${answer.status}`,
  ];
}

function settingOf({ stage }: Incoming, { match }: Flow): MethodSetting | undefined {
  const settings = stage.methodSettings ?? {};
  const path = match?.resourcePath.replace(/^\//, "");
  const own = Object.keys(match?.methods ?? {}).find((name) => settings[`${path}/${name}`]);
  return settings[`${path}/${own}`] ?? settings["*/*"];
}
