import type { Gauges } from "../../outbox/metrics.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { MetricIntake } from "./metrics/intake.ts";

export interface CloudWatchPorts extends CorePorts {
  /** Where the actions of alarms go. */
  readonly sinks: Sinks;
  /** Levels of other services; looked up when needed, so it may be filled later. */
  readonly gauges: Gauges;
  /** What was counted and is not stored yet: a reader has it stored first. */
  readonly intake: MetricIntake;
}

export type CloudWatchContext = RequestContext & CloudWatchPorts;
export type CloudWatchOperation<O extends OperationName<"cloudwatch">> = Operation<
  CloudWatchPorts,
  "cloudwatch",
  O
>;
