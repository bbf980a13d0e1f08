/** The way out: instances the stack no longer stands on go, dependants first. */

import { WORK_PARALLEL_MAX } from "./converge.ts";
import type { Instance, ResourceRecord } from "./state.ts";
import type { Transition } from "./transition.ts";

export function cleanUp(transition: Transition): void {
  beginDeletions(transition);
  if (transition.workingCount() === 0) {
    finish(transition);
  }
}

function beginDeletions(transition: Transition): void {
  let working = transition.workingCount();
  for (let dropped = true; dropped; ) {
    dropped = false;
    for (const resource of [...transition.resources.values()].reverse()) {
      if (working >= WORK_PARALLEL_MAX) {
        return;
      }
      const instance = nextDoomed(transition, resource);
      if (instance === undefined || isNeeded(transition, resource.logicalId)) {
        continue;
      }
      if (isRetained(transition, resource, instance)) {
        skip(transition, resource, instance);
        dropped = true;
      } else {
        beginDeletion(transition, resource, instance);
        working += 1;
      }
    }
  }
}

function skip(transition: Transition, resource: ResourceRecord, instance: Instance): void {
  const next = dropInstance(resource);
  transition.put(resource.retired.length > 0 ? next : { ...next, status: "DELETE_SKIPPED" });
  transition.record(resource, "DELETE_SKIPPED", { instance });
}

function beginDeletion(transition: Transition, resource: ResourceRecord, instance: Instance): void {
  const id = transition.nextWorkId(resource.logicalId);
  const next: ResourceRecord = {
    ...resource,
    pass: "working",
    work: { kind: "delete", id, instance },
  };
  if (resource.retired.length > 0) {
    transition.put(next);
    transition.record(next, "DELETE_IN_PROGRESS", { instance });
  } else {
    transition.set(next, "DELETE_IN_PROGRESS");
  }
}

/** Whether everything goes, or only what the plan does not have. */
function leavesNothing(transition: Transition): boolean {
  const { status } = transition.stack;
  return status === "DELETE_IN_PROGRESS" || status === "ROLLBACK_IN_PROGRESS";
}

function doomed(transition: Transition, resource: ResourceRecord): readonly Instance[] {
  const keepsLive =
    !leavesNothing(transition) &&
    transition.target.plan.resources[resource.logicalId] !== undefined;
  return resource.live === undefined || keepsLive
    ? resource.retired
    : [...resource.retired, resource.live];
}

/** The instance to delete next; none while one is being deleted, or after a failure. */
function nextDoomed(transition: Transition, resource: ResourceRecord): Instance | undefined {
  return resource.pass === "waiting" ? doomed(transition, resource)[0] : undefined;
}

function isNeeded(transition: Transition, logicalId: string): boolean {
  for (const other of transition.resources.values()) {
    if (
      other.logicalId !== logicalId &&
      doomed(transition, other).some(({ dependsOn }) => dependsOn.includes(logicalId))
    ) {
      return true;
    }
  }
  return false;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
function isRetained(transition: Transition, resource: ResourceRecord, instance: Instance): boolean {
  const { stack } = transition;
  if (stack.operation.retained.includes(resource.logicalId)) {
    return true;
  }
  const isRetired = resource.retired.length > 0;
  switch (stack.status) {
    case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
      return (isRetired ? instance.updateReplacePolicy : instance.deletionPolicy) !== "Delete";
    case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
      return !isRetired && instance.deletionPolicy === "Retain" && !stack.retainExceptOnCreate;
    case "ROLLBACK_IN_PROGRESS":
      return instance.deletionPolicy === "Retain" && !stack.retainExceptOnCreate;
    default:
      return stack.stableRevision === 0
        ? instance.deletionPolicy === "Retain"
        : instance.deletionPolicy !== "Delete";
  }
}

function dropInstance(resource: ResourceRecord): ResourceRecord {
  const [, ...others] = resource.retired;
  const next = { ...resource, pass: "waiting", work: undefined } as const;
  if (resource.retired.length === 0) {
    return { ...next, live: undefined, status: "DELETE_COMPLETE" };
  }
  // What a creation that failed had left was all there was.
  return resource.live === undefined && others.length === 0
    ? { ...next, retired: others, status: "DELETE_COMPLETE" }
    : { ...next, retired: others };
}

export function deleted(
  transition: Transition,
  resource: ResourceRecord,
  instance: Instance,
): void {
  const next = dropInstance(resource);
  const isRetired = resource.retired.length > 0;
  transition.put(
    isRetired ? next : { ...next, statusReason: undefined, updatedMs: transition.ports.nowMs },
  );
  transition.record(resource, "DELETE_COMPLETE", { instance });
}

/** After an update the stack goes on without what would not go; otherwise it stays and is told. */
export function deletionFailed(
  transition: Transition,
  resource: ResourceRecord,
  instance: Instance,
  reason: string,
): void {
  transition.record(resource, "DELETE_FAILED", { instance, reason });
  if (leavesNothing(transition)) {
    transition.put({
      ...resource,
      pass: "failed",
      work: undefined,
      status: "DELETE_FAILED",
      statusReason: reason,
      updatedMs: transition.ports.nowMs,
    });
  } else {
    transition.put(dropInstance(resource));
  }
}

function finish(transition: Transition): void {
  const { stack } = transition;
  switch (stack.status) {
    case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
      forgetRemoved(transition);
      transition.stack = { ...stack, stableRevision: stack.revision };
      transition.setStack("UPDATE_COMPLETE");
      return;
    case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
      forgetRemoved(transition);
      transition.setStack("UPDATE_ROLLBACK_COMPLETE");
      return;
    case "ROLLBACK_IN_PROGRESS":
      finishEmptied(transition, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED");
      return;
    case "DELETE_IN_PROGRESS":
      finishEmptied(transition, "DELETE_COMPLETE", "DELETE_FAILED");
      return;
    default:
      return;
  }
}

/** What failed before it was made is gone without any work. */
function settleUnmade(transition: Transition): void {
  for (const resource of transition.resources.values()) {
    if (resource.status === "CREATE_FAILED" && resource.live === undefined) {
      transition.set(resource, "DELETE_COMPLETE");
    }
  }
}

function forgetRemoved(transition: Transition): void {
  settleUnmade(transition);
  for (const [logicalId, { live }] of transition.resources) {
    if (live === undefined) {
      transition.resources.delete(logicalId);
    }
  }
}

function finishEmptied(
  transition: Transition,
  complete: "ROLLBACK_COMPLETE" | "DELETE_COMPLETE",
  failed: "ROLLBACK_FAILED" | "DELETE_FAILED",
): void {
  const left = [...transition.resources.values()].filter(({ pass }) => pass === "failed");
  if (left.length > 0) {
    const names = left.map(({ logicalId }) => logicalId).join(", ");
    transition.setStack(failed, `The following resource(s) failed to delete: [${names}]. `);
    return;
  }
  settleUnmade(transition);
  if (complete === "DELETE_COMPLETE") {
    transition.stack = { ...transition.stack, deletedMs: transition.ports.nowMs, outputs: [] };
  }
  transition.setStack(complete);
}
