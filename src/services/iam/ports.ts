import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation } from "../service.ts";

export type IamOperation<O extends OperationName<"iam">> = Operation<CorePorts, "iam", O>;
