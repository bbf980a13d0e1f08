import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface LogsPorts extends CorePorts {
  /** Where subscription filters deliver to. */
  readonly sinks: Sinks;
  /** Asks Lambda who may invoke a function. */
  readonly dispatcher: Dispatcher;
}

export type LogsContext = RequestContext & LogsPorts;
export type LogsOperation<O extends OperationName<"logs">> = Operation<LogsPorts, "logs", O>;
