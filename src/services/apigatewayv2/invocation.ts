/** The call of a function for a routed request, within the integration's time. */
import { utf8Encode } from "../../base/bytes.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { CorePorts } from "../service.ts";
import { type Answered, plain, REASONS } from "./answer.ts";
import { functionResponse } from "./function-response.ts";
import { functionArnOf, withStageVariables } from "./integration-uri.ts";
import type { ApiRecord, IntegrationRecord } from "./keys.ts";
import { INTEGRATION_TIMEOUT_MS } from "./limits.ts";
import { payloadV1, payloadV2, type RoutedRequest } from "./payload.ts";

export type ServePorts = CorePorts & { readonly dispatcher: Dispatcher };

export interface DeployedIntegration {
  readonly format: "1.0" | "2.0";
  readonly timeoutMs: number;
  /** `undefined` when the URI names no function, be it for want of a stage variable. */
  readonly functionArn: (variables: Readonly<Record<string, string>>) => string | undefined;
}

export function compileIntegration(integration: IntegrationRecord): DeployedIntegration {
  const { IntegrationUri = "", PayloadFormatVersion, TimeoutInMillis } = integration;
  const fixed = functionArnOf(IntegrationUri);
  return {
    format: PayloadFormatVersion === "1.0" ? "1.0" : "2.0",
    timeoutMs: TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
    functionArn: IntegrationUri.includes("${")
      ? (variables) => functionArnOf(withStageVariables(IntegrationUri, variables))
      : () => fixed,
  };
}

/** What became of the call: its result, a refusal, or nothing in time. */
type Outcome =
  | { readonly payload: Uint8Array; readonly functionError: string | undefined }
  | { readonly status: 500 | 503; readonly error: string };

export async function invoke(
  ports: ServePorts,
  routed: RoutedRequest,
  to: {
    readonly api: ApiRecord;
    readonly functionArn: string;
    readonly integration: DeployedIntegration;
  },
): Promise<Answered> {
  const { format } = to.integration;
  const payload = format === "1.0" ? payloadV1(routed) : payloadV2(routed);
  const outcome = await callFunction(ports, routed, {
    ...to,
    payload: utf8Encode(JSON.stringify(payload)),
  });
  const { routeKey, requestId, nowMs: startMs } = routed;
  const latencyMs = ports.clock.nowMs() - startMs;
  if ("status" in outcome) {
    const { status, error } = outcome;
    const response = plain(status, REASONS[status], requestId);
    return { response, startMs, routeKey, integration: { status, latencyMs, error } };
  }
  const { functionError } = outcome;
  const stated = functionError ? undefined : functionResponse(outcome.payload, format);
  const response = stated
    ? { ...stated, headers: [...stated.headers, ["apigw-requestid", requestId] as const] }
    : plain(500, REASONS[500], requestId);
  const error = functionError ?? (stated ? undefined : "The function's response is malformed.");
  const integration = { status: 200, latencyMs, ...(error !== undefined && { error }) };
  return { response, startMs, routeKey, integration };
}

async function callFunction(
  ports: ServePorts,
  routed: RoutedRequest,
  to: {
    readonly api: ApiRecord;
    readonly functionArn: string;
    readonly integration: DeployedIntegration;
    readonly payload: Uint8Array;
  },
): Promise<Outcome> {
  const done = new AbortController();
  const tooLate = ports.clock
    .sleepUntil(routed.nowMs + to.integration.timeoutMs, done.signal)
    .then((): Outcome => ({ status: 503, error: "The function did not answer in time." }));
  const called = ports.dispatcher
    .call({ ...callerOf(to.api), trace: routed.trace }, "lambda", "Invoke", {
      FunctionName: to.functionArn,
      InvocationType: "RequestResponse",
      Payload: to.payload,
    })
    .then(
      (result): Outcome => ({
        payload: result.Payload ?? new Uint8Array(),
        functionError: result.FunctionError,
      }),
      (error: unknown): Outcome => refusal(ports, to.functionArn, error),
    );
  const outcome = await Promise.race([called, tooLate]);
  done.abort(ANSWERED);
  return outcome;
}

export function callerOf({ accountId, region }: ApiRecord): Caller {
  return { accountId, region };
}

/** Given as the reason, since making the default one costs more than all the rest of an abort. */
const ANSWERED = "answered";

/** The client learns no more than that it did not work; the engine's log says why. */
function refusal(ports: ServePorts, functionArn: string, error: unknown): Outcome {
  if (!(error instanceof AwsError)) {
    ports.log.write("error", "apigatewayv2: an invocation failed", { functionArn, error });
    return { status: 500, error: "The function could not be called." };
  }
  const { code, message } = error;
  ports.log.write("warn", "apigatewayv2: an invocation was refused", {
    functionArn,
    code,
    message,
  });
  return { status: error.status === 429 ? 503 : 500, error: message };
}
