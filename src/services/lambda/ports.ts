import type { CodeStore } from "../../functions/code/code-store.ts";
import type { FunctionHost } from "../../functions/function-host.ts";
import type { Images } from "../../functions/images/images.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { ReceiveMetrics } from "../../outbox/metrics.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { Invoker } from "./invoker.ts";

export interface LambdaPorts extends CorePorts {
  readonly functions: FunctionHost;
  readonly blobs: Blobs;
  readonly codeStore: CodeStore;
  readonly images: Images;
  /** Targets of destinations and dead letters; looked up when needed, so it may be filled later. */
  readonly sinks: Sinks;
  /** Counts invocations, which no transaction knows of. */
  readonly countMetrics: ReceiveMetrics;
  /** For what an event source mapping has to know of its queue. */
  readonly dispatcher: Dispatcher;
  /** A package in S3. Throws S3's `AwsError`. */
  fetchObject(object: ObjectAddress, caller: Caller): Promise<Uint8Array>;
}

/** Of an object in S3: without a version the newest. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  readonly version: string | undefined;
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
