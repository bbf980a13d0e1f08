import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";

export type LogsContext = RequestContext & CorePorts;
export type LogsOperation<O extends OperationName<"logs">> = Operation<CorePorts, "logs", O>;
