/** The call of a function in behalf of an API, within its time. */
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { CorePorts } from "../service.ts";
import type { ApiRecord } from "./keys.ts";

export type ServePorts = CorePorts & {
  readonly dispatcher: Dispatcher;
  /** Endpoints outside the engine, and identity providers. */
  readonly http: HttpClient;
};

/** What became of the call: its result, a refusal, or nothing in time. */
export type FunctionOutcome =
  | { readonly payload: Uint8Array; readonly functionError: string | undefined }
  | { readonly status: 500 | 503; readonly error: string };

export interface FunctionCall {
  readonly api: ApiRecord;
  readonly trace: string;
  readonly functionArn: string;
  readonly payload: Uint8Array;
  readonly untilMs: number;
}

export async function callFunction(
  ports: ServePorts,
  { api, trace, functionArn, payload, untilMs }: FunctionCall,
): Promise<FunctionOutcome> {
  const done = new AbortController();
  const tooLate = ports.clock
    .sleepUntil(untilMs, done.signal)
    .then((): FunctionOutcome => ({ status: 503, error: "The function did not answer in time." }));
  const { accountId, region } = api;
  const called = ports.dispatcher
    .call({ accountId, region, trace }, "lambda", "Invoke", {
      FunctionName: functionArn,
      InvocationType: "RequestResponse",
      Payload: payload,
    })
    .then(
      (result): FunctionOutcome => ({
        payload: result.Payload ?? new Uint8Array(),
        functionError: result.FunctionError,
      }),
      (error: unknown): FunctionOutcome => refusal(ports, functionArn, error),
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
function refusal(ports: ServePorts, functionArn: string, error: unknown): FunctionOutcome {
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
