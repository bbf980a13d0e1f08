import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation } from "../service.ts";

export interface CodeDeployPorts extends CorePorts {
  /** Aliases are moved, hooks invoked and alarms read by public operations. */
  readonly dispatcher: Dispatcher;
  /** Topics of triggers. */
  readonly sinks: Sinks;
}

export type CodeDeployOperation<O extends OperationName<"codedeploy">> = Operation<
  CodeDeployPorts,
  "codedeploy",
  O
>;
