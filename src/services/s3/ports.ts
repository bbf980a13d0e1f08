import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { Author } from "./notify.ts";

export interface S3Ports extends CorePorts {
  readonly blobs: Blobs;
  /** Where notifications go. */
  readonly sinks: Sinks;
  /** Asks Lambda whether a function exists that is to be notified. */
  readonly dispatcher: Dispatcher;
}

/** Who writes: a request, or a lifecycle rule. */
export interface Writer extends Author {
  readonly blobs: Blobs;
}

export type S3Context = RequestContext & S3Ports;
export type S3Operation<O extends OperationName<"s3">> = Operation<S3Ports, "s3", O>;
