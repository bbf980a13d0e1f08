/** Calls of functions, for integrations and authorizers. */
import type { Dispatcher } from "../../../outbox/dispatcher.ts";
import type { Clock } from "../../../platform/clock.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { invokedFunctionOf, withStageVariables } from "../../api-front/integration-uri.ts";
import type { CorePorts } from "../../service.ts";
import type { Incoming } from "./incoming.ts";
import { Refusal } from "./refusal.ts";

export type TrafficPorts = CorePorts & { readonly dispatcher: Dispatcher };

export interface FunctionResult {
  readonly payload: Uint8Array;
  readonly functionError: string | undefined;
}

/** `undefined` when the URI names no function, be it for want of a stage variable. */
export function functionOf(
  uri: string,
  variables: Readonly<Record<string, string>>,
): string | undefined {
  return invokedFunctionOf(withStageVariables(uri, variables));
}

export async function callFunction(
  ports: TrafficPorts,
  incoming: Incoming,
  call: {
    readonly functionArn: string;
    readonly payload: Uint8Array;
    readonly isAsync?: boolean;
    readonly timeoutMs: number;
  },
): Promise<FunctionResult> {
  const { accountId, region } = incoming.api;
  const caller = { accountId, region, trace: incoming.trace };
  const called = ports.dispatcher.call(caller, "lambda", "Invoke", {
    FunctionName: call.functionArn,
    InvocationType: call.isAsync === true ? "Event" : "RequestResponse",
    Payload: call.payload,
  });
  const result = await within(ports.clock, call.timeoutMs, called);
  return { payload: result.Payload ?? new Uint8Array(), functionError: result.FunctionError };
}

/** The result, unless the time is up before: then the request ends, whatever becomes of the call. */
export async function within<T>(clock: Clock, timeoutMs: number, result: Promise<T>): Promise<T> {
  const done = new AbortController();
  const tooLate = clock.sleepUntil(clock.nowMs() + timeoutMs, done.signal).then((): T => {
    throw new Refusal("INTEGRATION_TIMEOUT", {
      reason: "Execution failed due to a timeout error",
    });
  });
  try {
    return await Promise.race([result, tooLate]);
  } finally {
    done.abort(ANSWERED);
    tooLate.catch(() => undefined);
  }
}

/** Given as the reason, since making the default one costs more than all the rest of an abort. */
const ANSWERED = "answered";

/** The client learns no more than that it did not work; the logs say why. */
export function reasonOf(error: unknown): string {
  return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
}
