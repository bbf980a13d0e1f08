/** What the operations of STS get besides the request. */
import type { OperationName } from "../../wire/operations.ts";
import type { RoleDirectory } from "../role-directory.ts";
import type { CorePorts, Operation } from "../service.ts";

export interface StsPorts extends CorePorts {
  readonly roles: RoleDirectory;
}

export type StsOperation<O extends OperationName<"sts">> = Operation<StsPorts, "sts", O>;
