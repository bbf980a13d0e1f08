/** What EventBridge Pipes gets besides the request. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface PipesPorts extends CorePorts {
  /** For what a pipe has to know of its source. */
  readonly dispatcher: Dispatcher;
  /** Which sources, enrichments and targets the engine has. */
  readonly catalog: OperationCatalog;
}

export type PipesContext = RequestContext & PipesPorts;
export type PipesOperation<O extends OperationName<"pipes">> = Operation<PipesPorts, "pipes", O>;
