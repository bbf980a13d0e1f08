/** How operations begin: a new stack, a new revision of one, and the first step. */
import { assert } from "../../base/assert.ts";
import { EMPTY_PLAN } from "../../languages/template/plan.ts";
import type { WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { stackAlreadyExists, validationError } from "./errors.ts";
import { resources, revisions, stackNames, stacks, TIMEOUT_TIMER } from "./keys.ts";
import { STACK_COUNT_MAX } from "./limits.ts";
import type { PreparedRevision } from "./prepare.ts";
import {
  FRESH_OPERATION,
  type OnFailure,
  type Revision,
  type StackOperation,
  type StackRecord,
  type StackStatus,
} from "./state.ts";
import { loadState, registerImports, transact } from "./transact.ts";

const MINUTE_MS = 60_000;

export interface NewStack {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
}

export function stackArn(place: NewStack | Omit<NewStack, "id">, uuid: string): string {
  return `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${place.name}/${uuid}`;
}

/** Takes the name; the stack has no revision yet. */
export function newStackRecord(tx: WriteTx, identity: NewStack): StackRecord {
  const place = [identity.accountId, identity.region];
  if (stackNames.get(tx, [...place, identity.name]) !== undefined) {
    throw stackAlreadyExists(identity.name);
  }
  if (
    [...stackNames.list(tx, { prefix: place, limit: STACK_COUNT_MAX })].length >= STACK_COUNT_MAX
  ) {
    throw validationError(`Limit for stack has been exceeded: ${STACK_COUNT_MAX}`);
  }
  stackNames.put(tx, [...place, identity.name], identity.id);
  return {
    ...identity,
    status: "REVIEW_IN_PROGRESS",
    statusReason: undefined,
    createdMs: tx.nowMs,
    updatedMs: undefined,
    deletedMs: undefined,
    revision: 0,
    stableRevision: 0,
    onFailure: "ROLLBACK",
    retainExceptOnCreate: false,
    timeoutMinutes: undefined,
    terminationProtection: false,
    changeSetId: undefined,
    outputs: [],
    imports: [],
    operation: FRESH_OPERATION,
    workCount: 0,
    lastEventMs: 0,
  };
}

/** Sets a stack on its way to a new revision. */
export function beginRevision(
  tx: WriteTx,
  stack: StackRecord,
  options: {
    readonly revision: PreparedRevision;
    readonly clientToken: string | undefined;
    readonly status: "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS";
  },
): void {
  const number = Math.max(stack.revision, stack.stableRevision) + 1;
  revisions.put(tx, [stack.id, number], { ...options.revision, number });
  const imports = [...new Set([...stack.imports, ...options.revision.imports])];
  begin(tx, registerImports(tx, { ...stack, revision: number }, imports), {
    status: options.status,
    operation: { ...FRESH_OPERATION, clientToken: options.clientToken },
  });
  if (options.status === "CREATE_IN_PROGRESS" && stack.timeoutMinutes !== undefined) {
    const dueMs = tx.nowMs + stack.timeoutMinutes * MINUTE_MS;
    tx.after({ dueMs, kind: TIMEOUT_TIMER, key: [stack.accountId, stack.region, stack.id] });
  }
}

/** The first step of an operation over the stack's current revision. */
export function begin(
  tx: WriteTx,
  stack: StackRecord,
  options: { readonly status: StackStatus; readonly operation: StackOperation },
): void {
  const place = [stack.accountId, stack.region, stack.id];
  stacks.put(tx, place, { ...stack, operation: options.operation });
  const state = loadState(tx, stack);
  assert(state !== undefined, "a stack that begins something has a revision");
  transact(tx, state, { kind: "begun", status: options.status, reason: "User Initiated" });
}

/** A stack that was only under review has nothing to delete, but deletion wants a revision. */
export function putEmptyRevision(tx: WriteTx, stack: StackRecord): void {
  const empty: Revision = {
    number: stack.revision,
    templateBody: "",
    processedBody: undefined,
    plan: EMPTY_PLAN,
    parameters: {},
    noEcho: [],
    storedValues: {},
    imports: [],
    capabilities: [],
    tags: {},
    roleArn: undefined,
  };
  revisions.put(tx, [stack.id, stack.revision], empty);
}

/** The type of a resource cannot change under its logical id. */
export function checkTypesKept(tx: WriteTx, stack: StackRecord, revision: PreparedRevision): void {
  const changed = [...resources.list(tx, { prefix: [stack.id] })]
    .map(({ record }) => record)
    .filter(({ live, logicalId }) => {
      const planned = revision.plan.resources[logicalId];
      return live !== undefined && planned !== undefined && planned.type !== live.type;
    });
  if (changed.length > 0) {
    const ids = changed.map(({ logicalId }) => logicalId).join(", ");
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids}]`,
    );
  }
}

const UPDATABLE: ReadonlySet<StackStatus> = new Set([
  "CREATE_COMPLETE",
  "CREATE_FAILED",
  "UPDATE_COMPLETE",
  "UPDATE_FAILED",
  "UPDATE_ROLLBACK_COMPLETE",
]);

export function checkUpdatable(stack: StackRecord): void {
  if (!UPDATABLE.has(stack.status)) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
}

type AnyRequest = Partial<Input<"cloudformation", "CreateStack">> &
  Partial<Input<"cloudformation", "UpdateStack">> &
  Partial<Input<"cloudformation", "CreateChangeSet">>;

/** Members of requests that would change what happens, and are not there yet. */
export function refuseUnsupported(operation: string, input: AnyRequest): void {
  const refused: readonly (keyof AnyRequest)[] = [
    "NotificationARNs",
    "ResourceTypes",
    "ResourcesToImport",
    "StackPolicyBody",
    "StackPolicyURL",
    "StackPolicyDuringUpdateBody",
    "StackPolicyDuringUpdateURL",
  ];
  for (const name of refused) {
    const value = input[name];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw notSupported(operation, name);
    }
  }
  if (input.RollbackConfiguration?.RollbackTriggers?.length) {
    throw notSupported(operation, "RollbackConfiguration.RollbackTriggers");
  }
  if (input.ImportExistingResources === true) {
    throw notSupported(operation, "ImportExistingResources");
  }
}

export function onFailureOf(input: {
  readonly DisableRollback?: boolean | undefined;
  readonly OnFailure?: string | undefined;
  readonly DeploymentConfig?: { readonly DisableRollback?: boolean | undefined } | undefined;
}): OnFailure {
  const disabled = input.DisableRollback ?? input.DeploymentConfig?.DisableRollback;
  if (disabled !== undefined && input.OnFailure !== undefined) {
    throw validationError("Only one of [DisableRollback, OnFailure] may be specified");
  }
  return (input.OnFailure as OnFailure | undefined) ?? (disabled ? "DO_NOTHING" : "ROLLBACK");
}
