/** What the operations of Step Functions get besides the request. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Endpoints, HttpApis } from "../../outbox/endpoints.ts";
import type { ReceiveMetrics } from "../../outbox/metrics.ts";
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { ExecutionLogs } from "./execution-logs.ts";
import type { Executor } from "./executor.ts";
import type { ExpressRunner } from "./express.ts";
import type { MachineCache } from "./machine-cache.ts";

export interface StatesPorts extends CorePorts {
  /** For the work of Tasks. */
  readonly dispatcher: Dispatcher;
  /** Tells what a Task can ask for. */
  readonly catalog: OperationCatalog;
  /** Endpoints that Tasks call through connections. */
  readonly endpoints: Endpoints;
  /** HTTP APIs that Tasks call. */
  readonly apis: HttpApis;
  /** Counts Express executions, which no transaction knows of. */
  readonly countMetrics: ReceiveMetrics;
}

export interface BoundStatesPorts extends StatesPorts {
  readonly machines: MachineCache;
  readonly executor: Executor;
  readonly express: ExpressRunner;
  readonly logs: ExecutionLogs;
}

export type StatesContext = RequestContext & BoundStatesPorts;
export type StatesOperation<O extends OperationName<"states">> = Operation<
  BoundStatesPorts,
  "states",
  O
>;
