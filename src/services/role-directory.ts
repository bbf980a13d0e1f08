/** How services learn of the roles that callers name, without knowing where roles are kept. */
import type { ReadTx } from "../store/store.ts";

export interface KnownRole {
  readonly name: string;
  /** `AROA...` */
  readonly id: string;
  readonly arn: string;
  readonly maxSessionSeconds: number;
}

export interface RoleDirectory {
  /** `undefined` when there is no role of this ARN. */
  find(tx: ReadTx, roleArn: string): KnownRole | undefined;
}
