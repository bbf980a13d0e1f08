/** What EventBridge Scheduler gets besides the request. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface SchedulerPorts extends CorePorts {
  /** Targets inside the store; looked up when needed, so it may be filled later. */
  readonly sinks: Sinks;
  /** For targets that are operations. */
  readonly dispatcher: Dispatcher;
  readonly catalog: OperationCatalog;
}

export type SchedulerContext = RequestContext & SchedulerPorts;
export type SchedulerOperation<O extends OperationName<"scheduler">> = Operation<
  SchedulerPorts,
  "scheduler",
  O
>;
