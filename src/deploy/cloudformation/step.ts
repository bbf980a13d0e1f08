/**
 * The deployment state machine: `step(state, event)` gives the next state and what it did, purely.
 *
 * Invariants:
 * D1  A stack in progress has work begun, or the step that ended the last work also ended the stack.
 * D2  Work is begun only for a resource all of whose dependencies are settled in this pass.
 * D3  Once an operation has failed nothing new is begun; what is running ends, then the stack turns
 *     back.
 * D4  An instance goes only after every instance that depends on it.
 */
import { assert } from "../../base/assert.ts";
import { cleanUp, deleted, deletionFailed } from "./clean-up.ts";
import { converge } from "./converge.ts";
import type {
  HistoryEntry,
  Instance,
  ResourceRecord,
  StackEvent,
  StackState,
  StackStatus,
  Work,
} from "./state.ts";
import { type StepPorts, Transition } from "./transition.ts";

export interface Step {
  readonly state: StackState;
  readonly history: readonly HistoryEntry[];
}

export function step(state: StackState, event: StackEvent, ports: StepPorts): Step {
  const transition = new Transition(state, ports);
  apply(transition, event);
  advance(transition);
  return { state: transition.state(), history: transition.history };
}

function apply(transition: Transition, event: StackEvent): void {
  if (event.kind === "begun") {
    transition.beginPass(event.status, event.reason);
    return;
  }
  if (event.kind === "cancelled") {
    transition.failOperation(event.reason);
    return;
  }
  const resource = transition.withWork(event.workId);
  if (resource?.work === undefined) {
    return;
  }
  if (event.kind === "probed") {
    probed(transition, resource, resource.work, event.taken);
  } else if (event.kind === "failed") {
    failed(transition, resource, resource.work, event.reason);
  } else if (resource.work.kind === "delete") {
    deleted(transition, resource, resource.work.instance);
  } else {
    assert(resource.work.kind !== "probe", "a probe ends with its answer");
    made(transition, resource, resource.work, event.physicalId, event.attributes);
  }
}

function probed(
  transition: Transition,
  resource: ResourceRecord,
  work: Work,
  taken: boolean,
): void {
  assert(work.kind === "probe", "only a probe is answered");
  if (!taken) {
    const id = transition.nextWorkId(resource.logicalId);
    transition.put({ ...resource, work: { ...work, kind: "create", id } });
    return;
  }
  const { type, name } = work.draft;
  failed(
    transition,
    resource,
    work,
    `Resource handler returned message: "Resource of type '${type}' with identifier '${name}' already exists." (HandlerErrorCode: AlreadyExists)`,
  );
}

function made(
  transition: Transition,
  resource: ResourceRecord,
  work: Extract<Work, { kind: "create" | "update" }>,
  physicalId: string,
  attributes: Instance["attributes"],
): void {
  const live: Instance = { ...work.draft, physicalId, attributes };
  const replaced = work.kind === "create" && resource.live !== undefined;
  const isNew = work.kind === "create" && !replaced;
  const progress = isNew ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
  const next: ResourceRecord = {
    ...resource,
    live,
    retired: replaced && resource.live ? [...resource.retired, resource.live] : resource.retired,
    pass: "settled",
    work: undefined,
    attempted: undefined,
  };
  if (work.kind === "create") {
    transition.record(next, progress, { reason: "Resource creation Initiated" });
  }
  if (transition.isFailing) {
    const what = isNew ? "creation" : "update";
    transition.set(
      { ...next, pass: "failed" },
      isNew ? "CREATE_FAILED" : "UPDATE_FAILED",
      `Resource ${what} cancelled`,
    );
    return;
  }
  transition.set(next, isNew ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
}

function failed(
  transition: Transition,
  resource: ResourceRecord,
  work: Work,
  reason: string,
): void {
  if (work.kind === "delete") {
    deletionFailed(transition, resource, work.instance, reason);
    return;
  }
  const isNew = work.kind !== "update" && resource.live === undefined;
  transition.set(
    {
      ...resource,
      pass: "failed",
      work: undefined,
      attempted: work.kind === "update" ? work.draft : resource.attempted,
    },
    isNew ? "CREATE_FAILED" : "UPDATE_FAILED",
    reason,
  );
  transition.failOperation();
}

/** What each status in progress is about. A stack in any other rests. */
const PHASES: Readonly<Partial<Record<StackStatus, (transition: Transition) => void>>> = {
  CREATE_IN_PROGRESS: converge,
  UPDATE_IN_PROGRESS: converge,
  UPDATE_ROLLBACK_IN_PROGRESS: converge,
  DELETE_IN_PROGRESS: cleanUp,
  ROLLBACK_IN_PROGRESS: cleanUp,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp,
};

/** Begins what can begin, and turns the stack to its next phase when all is done. */
function advance(transition: Transition): void {
  let before: StackStatus | undefined;
  while (transition.stack.status !== before) {
    before = transition.stack.status;
    PHASES[before]?.(transition);
  }
}
