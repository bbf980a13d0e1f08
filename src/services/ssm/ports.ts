/** What Parameter Store gets besides the request. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export interface SsmPorts extends CorePorts {
  /** For parameters that stand for secrets. */
  readonly dispatcher: Dispatcher;
}

export type SsmContext = RequestContext & SsmPorts;
export type SsmOperation<O extends OperationName<"ssm">> = Operation<SsmPorts, "ssm", O>;
