/**
 * What a stack is: the records the engine keeps, and the state its transitions work on.
 *
 * A resource may have several instances: `live` is the one the stack stands on, `retired` are those
 * an update replaced, kept until its clean-up so that a rollback can go back to them.
 */
import type { ParameterTexts } from "../../languages/template/parameters.ts";
import type { Plan, Policy } from "../../languages/template/plan.ts";
import type { ValueObject } from "../../languages/template/value.ts";

export type StackStatus =
  | "REVIEW_IN_PROGRESS"
  | "CREATE_IN_PROGRESS"
  | "CREATE_COMPLETE"
  | "CREATE_FAILED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_COMPLETE"
  | "ROLLBACK_FAILED"
  | "DELETE_IN_PROGRESS"
  | "DELETE_COMPLETE"
  | "DELETE_FAILED"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "UPDATE_ROLLBACK_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE"
  | "UPDATE_ROLLBACK_FAILED";

export type ResourceStatus =
  | "CREATE_IN_PROGRESS"
  | "CREATE_COMPLETE"
  | "CREATE_FAILED"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "DELETE_IN_PROGRESS"
  | "DELETE_COMPLETE"
  | "DELETE_FAILED"
  | "DELETE_SKIPPED";

export interface StackRecord {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly status: StackStatus;
  readonly statusReason: string | undefined;
  readonly createdMs: number;
  readonly updatedMs: number | undefined;
  readonly deletedMs: number | undefined;
  /** The revision the stack is going to or stands on; 0 while it only has change sets. */
  readonly revision: number;
  /** The last revision that was complete: where an update rolls back to. */
  readonly stableRevision: number;
  readonly onFailure: OnFailure;
  readonly retainExceptOnCreate: boolean;
  readonly timeoutMinutes: number | undefined;
  readonly terminationProtection: boolean;
  readonly changeSetId: string | undefined;
  readonly outputs: readonly StackOutput[];
  /** Names of the exports it holds on to. */
  readonly imports: readonly string[];
  readonly operation: StackOperation;
  /** How much work was ever begun: numbers the next. */
  readonly workCount: number;
  /** Of the latest row of its history: each has a time of its own, for clients sort by it. */
  readonly lastEventMs: number;
}

export type OnFailure = "ROLLBACK" | "DELETE" | "DO_NOTHING";

export interface StackOutput {
  readonly name: string;
  readonly value: string;
  /** What is told of it, where the value is not to be seen. */
  readonly shown?: string | undefined;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
}

/** The operation in progress, or the last one. */
export interface StackOperation {
  readonly clientToken: string | undefined;
  /** Set once it cannot succeed any more: why, or empty when the failed resources say it. */
  readonly failure: string | undefined;
  /** Logical ids that `DeleteStack` was told to leave. */
  readonly retained: readonly string[];
}

export const FRESH_OPERATION: StackOperation = {
  clientToken: undefined,
  failure: undefined,
  retained: [],
};

/** All that was given for one create or update: never changed once written. */
export interface Revision {
  readonly number: number;
  readonly templateBody: string;
  /** After transforms; absent when there were none. */
  readonly processedBody: string | undefined;
  readonly plan: Plan;
  readonly parameters: ParameterTexts;
  /** Names of parameters whose values are not shown. */
  readonly noEcho: readonly string[];
  /** Looked up in Parameter Store, by parameter name. */
  readonly storedValues: ParameterTexts;
  readonly imports: readonly string[];
  readonly capabilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
}

export interface Instance {
  readonly type: string;
  /** The physical name, chosen before the instance was made. */
  readonly name: string;
  readonly physicalId: string;
  readonly properties: ValueObject;
  readonly attributes: ValueObject;
  /** The provider of a custom resource wants its attributes shown to nobody. */
  readonly noEcho?: boolean | undefined;
  readonly dependsOn: readonly string[];
  readonly stackTags: Readonly<Record<string, string>>;
  readonly deletionPolicy: Policy;
  readonly updateReplacePolicy: Policy;
  readonly updatePolicy?: ValueObject | undefined;
}

/** An instance that is about to be made: all but what making it tells. */
export type Draft = Omit<Instance, "physicalId" | "attributes" | "noEcho">;

/** What is being done to a resource. It is done again after a crash until its outcome is known. */
export type Work =
  /** Looks whether a name the template chose is taken. */
  | { readonly kind: "probe"; readonly id: string; readonly draft: Draft }
  | { readonly kind: "create"; readonly id: string; readonly draft: Draft }
  | {
      readonly kind: "update";
      readonly id: string;
      readonly draft: Draft;
      /** What may be there now: the live instance, or what a failed update made of it. */
      readonly before: Pick<Draft, "properties" | "stackTags">;
    }
  | { readonly kind: "delete"; readonly id: string; readonly instance: Instance };

export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus | undefined;
  readonly statusReason: string | undefined;
  readonly updatedMs: number;
  readonly metadata: ValueObject;
  readonly live: Instance | undefined;
  readonly retired: readonly Instance[];
  /** How far it is in the stack's current pass. */
  readonly pass: "waiting" | "working" | "settled" | "failed";
  readonly work: Work | undefined;
  /** What an update that failed half way was to make of `live`. */
  readonly attempted: Draft | undefined;
}

/** All a transition reads and writes. */
export interface StackState {
  readonly stack: StackRecord;
  /** Of `stack.revision`. */
  readonly target: Revision;
  /** Of `stack.stableRevision`. */
  readonly stable: Revision | undefined;
  readonly resources: ReadonlyMap<string, ResourceRecord>;
}

/** One row of the stack's history. */
export interface HistoryEntry {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus | StackStatus;
  readonly reason: string | undefined;
  readonly properties: ValueObject | undefined;
  readonly clientToken: string | undefined;
}

export type StackEvent =
  /** An operation of a user begins. */
  | { readonly kind: "begun"; readonly status: StackStatus; readonly reason: string }
  | { readonly kind: "probed"; readonly workId: string; readonly taken: boolean }
  | {
      readonly kind: "done";
      readonly workId: string;
      readonly physicalId: string;
      readonly attributes: ValueObject;
      readonly noEcho?: boolean;
    }
  | {
      readonly kind: "failed";
      readonly workId: string;
      readonly reason: string;
      /** What the provider of a custom resource may have made all the same: it is deleted too. */
      readonly physicalId?: string;
    }
  | { readonly kind: "cancelled"; readonly reason: string };

const TERMINAL_SUFFIX = /_(COMPLETE|FAILED)$/;

export function isInProgress(status: StackStatus): boolean {
  return !TERMINAL_SUFFIX.test(status) && status !== "REVIEW_IN_PROGRESS";
}
