import type { CodeStore } from "../../functions/code-store.ts";
import type { FunctionHost } from "../../functions/function-host.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { Invoker } from "./invoker.ts";

export interface LambdaPorts extends CorePorts {
  readonly functions: FunctionHost;
  readonly blobs: Blobs;
  readonly codeStore: CodeStore;
  /** Targets of destinations and dead letters; looked up when needed, so it may be filled later. */
  readonly sinks: Sinks;
  /** For what an event source mapping has to know of its queue. */
  readonly dispatcher: Dispatcher;
  /** A package in S3. Throws S3's `AwsError`. */
  fetchObject(bucket: string, key: string, caller: Caller): Promise<Uint8Array>;
}

export interface BoundLambdaPorts extends LambdaPorts {
  readonly invoker: Invoker;
}

export type LambdaContext = RequestContext & BoundLambdaPorts;
export type LambdaOperation<O extends OperationName<"lambda">> = Operation<
  BoundLambdaPorts,
  "lambda",
  O
>;
