import type { Blobs } from "../../store/blobs.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface S3Ports extends CorePorts {
  readonly blobs: Blobs;
}

export type S3Context = RequestContext & S3Ports;
export type S3Operation<O extends OperationName<"s3">> = Operation<S3Ports, "s3", O>;
