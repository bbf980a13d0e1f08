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
import { isCustomType } from "../resources/custom-resource.ts";
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
    failed(transition, resource, resource.work, event);
  } else if (resource.work.kind === "delete") {
    deleted(transition, resource, resource.work.instance);
  } else {
    assert(resource.work.kind !== "probe", "a probe ends with its answer");
    made(transition, resource, resource.work, event);
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
  failed(transition, resource, work, {
    reason: `Resource handler returned message: "Resource of type '${type}' with identifier '${name}' already exists." (HandlerErrorCode: AlreadyExists)`,
  });
}

type Made = Extract<StackEvent, { readonly kind: "done" }>;
type Failure = Pick<Extract<StackEvent, { readonly kind: "failed" }>, "reason" | "physicalId">;

function made(
  transition: Transition,
  resource: ResourceRecord,
  work: Extract<Work, { kind: "create" | "update" }>,
  { physicalId, attributes, noEcho }: Made,
): void {
  const live: Instance = { ...work.draft, physicalId, attributes, noEcho };
  const renamed = isRenamed(resource, work, physicalId);
  const replaced = (work.kind === "create" && resource.live !== undefined) || renamed;
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
  } else if (renamed) {
    const reason = "Requested update required the provider to create a new physical resource";
    transition.record(next, progress, { reason });
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

/** An update that answers with another physical id has made another resource. */
function isRenamed(resource: ResourceRecord, work: Work, physicalId: string): boolean {
  return (
    work.kind === "update" &&
    isCustomType(work.draft.type) &&
    physicalId !== resource.live?.physicalId
  );
}

function failed(
  transition: Transition,
  resource: ResourceRecord,
  work: Work,
  failure: Failure,
): void {
  const { reason } = failure;
  if (work.kind === "delete") {
    deletionFailed(transition, resource, work.instance, reason);
    return;
  }
  if (isCustomType(work.draft.type)) {
    providerFailed(transition, resource, work, failure);
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

/**
 * What a provider that failed may have made is an instance like others, so that it is deleted: one
 * beside the live one when it has another id, or when there is no live one. Without an id nobody
 * was asked.
 */
function providerFailed(
  transition: Transition,
  resource: ResourceRecord,
  work: Extract<Work, { readonly draft: unknown }>,
  { reason, physicalId }: Failure,
): void {
  const failing = { ...resource, pass: "failed", work: undefined } as const;
  const left: Instance | undefined =
    physicalId === undefined ? undefined : { ...work.draft, physicalId, attributes: {} };
  const { live, retired } = resource;
  if (live === undefined) {
    const next = { ...failing, retired: left === undefined ? retired : [...retired, left] };
    transition.set(next, "CREATE_FAILED", reason, left);
  } else if (left === undefined) {
    transition.set(failing, "UPDATE_FAILED", reason);
  } else if (isRenamed(resource, work, left.physicalId)) {
    const next = { ...failing, live: left, retired: [...retired, live], attempted: work.draft };
    transition.set(next, "UPDATE_FAILED", reason);
  } else {
    transition.set({ ...failing, attempted: work.draft }, "UPDATE_FAILED", reason);
  }
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
