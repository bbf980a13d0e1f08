/** The port by which one part of the engine calls an operation of a service, in process. */
import type { ServiceName } from "../wire/model.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";

/** On whose behalf a call is made. */
export interface Caller {
  readonly accountId: string;
  readonly region: string;
  /** `X-Amzn-Trace-Id` of the cause, when there is one. */
  readonly trace?: string | undefined;
  readonly abort?: AbortSignal | undefined;
  /** The id the request is to have, for callers that tell of it later. */
  readonly requestId?: string | undefined;
}

export interface Dispatcher {
  /**
   * Checks the input against the model and runs the operation, as a request would.
   * Throws the `AwsError` that a client would get.
   */
  call<S extends ServiceName, O extends OperationName<S>>(
    caller: Caller,
    service: S,
    operation: O,
    input: Input<S, O>,
  ): Promise<Output<S, O>>;
  /** The same for names that are data: integrations, deployments. */
  callByName(caller: Caller, service: string, operation: string, input: unknown): Promise<unknown>;
}
