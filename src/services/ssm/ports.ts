import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation } from "../service.ts";

export type SsmOperation<O extends OperationName<"ssm">> = Operation<CorePorts, "ssm", O>;
