import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface CloudWatchPorts extends CorePorts {
  /** Where the actions of alarms go. */
  readonly sinks: Sinks;
}

export type CloudWatchContext = RequestContext & CloudWatchPorts;
export type CloudWatchOperation<O extends OperationName<"cloudwatch">> = Operation<
  CloudWatchPorts,
  "cloudwatch",
  O
>;
