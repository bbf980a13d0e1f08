/** A change set: a revision that waits to be executed, and what it would change. */
import type { ResourceChange } from "./plan-changes.ts";
import type { PreparedRevision } from "./prepare.ts";
import type { OnFailure } from "./state.ts";

export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly description: string | undefined;
  readonly type: "CREATE" | "UPDATE";
  readonly createdMs: number;
  readonly status: "CREATE_COMPLETE" | "FAILED";
  readonly statusReason: string | undefined;
  readonly executionStatus: "AVAILABLE" | "UNAVAILABLE" | "EXECUTE_COMPLETE";
  readonly onFailure: OnFailure | undefined;
  readonly revision: PreparedRevision;
  readonly changes: readonly ResourceChange[];
}

export const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";
