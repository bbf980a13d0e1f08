import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { untilRest } from "../answer-grace.ts";
import { begin, putEmptyRevision } from "../begin.ts";
import { validationError } from "../errors.ts";
import { changeSets, stacks } from "../keys.ts";
import { keyOf, lookUpStack, type OperationContext } from "../stack-lookup.ts";
import { FRESH_OPERATION, isInProgress, type StackRecord } from "../state.ts";
import { importersOf, loadState, transact, writeHistory } from "../transact.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
export async function deleteStack(
  ctx: OperationContext,
  input: Input<"cloudformation", "DeleteStack">,
): Promise<void> {
  if (input.DeletionMode === "FORCE_DELETE_STACK") {
    throw notSupported("DeleteStack", "DeletionMode FORCE_DELETE_STACK");
  }
  const stackId = await ctx.store.write((tx) => {
    const stack = lookUpStack(tx, ctx, input.StackName);
    if (stack === undefined || stack.status === "DELETE_COMPLETE") {
      return undefined;
    }
    deleteOne(tx, stack, input);
    return stack.id;
  });
  if (stackId !== undefined) {
    await untilRest(ctx, stackId);
  }
}

function deleteOne(
  tx: WriteTx,
  stack: StackRecord,
  input: Input<"cloudformation", "DeleteStack">,
): void {
  checkDeletable(stack, input);
  if (stack.status === "DELETE_IN_PROGRESS") {
    return;
  }
  if (isInProgress(stack.status)) {
    deleteOnceStill(tx, stack);
    return;
  }
  const reason = heldBy(tx, stack);
  if (reason !== undefined) {
    callOff(tx, stack, { reason, clientToken: input.ClientRequestToken });
    return;
  }
  for (const { id } of [...changeSets.list(tx, { prefix: [stack.id] })]) {
    changeSets.delete(tx, id);
  }
  if (stack.revision === 0) {
    putEmptyRevision(tx, stack);
  }
  begin(tx, stack, {
    status: "DELETE_IN_PROGRESS",
    operation: {
      ...FRESH_OPERATION,
      clientToken: input.ClientRequestToken,
      retained: input.RetainResources ?? [],
    },
  });
}

function checkDeletable(stack: StackRecord, input: Input<"cloudformation", "DeleteStack">): void {
  if (stack.terminationProtection) {
    throw validationError(
      `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
    );
  }
  if (input.RetainResources?.length && stack.status !== "DELETE_FAILED") {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. Specify RetainResources only when the stack is in DELETE_FAILED state.`,
    );
  }
}

/** Why a stack stays that others import from. */
function heldBy(tx: WriteTx, stack: StackRecord): string | undefined {
  for (const { exportName } of stack.outputs) {
    const [importer] = exportName === undefined ? [] : importersOf(tx, stack, exportName);
    if (importer !== undefined && importer !== stack.name) {
      return `Export ${exportName} cannot be deleted as it is in use by ${importer}`;
    }
  }
  return undefined;
}

/** The deletion begins and is called off at once: told by events, not by the answer, as on AWS. */
function callOff(
  tx: WriteTx,
  stack: StackRecord,
  options: { readonly reason: string; readonly clientToken: string | undefined },
): void {
  const entry = {
    logicalId: stack.name,
    physicalId: stack.id,
    type: "AWS::CloudFormation::Stack",
    properties: undefined,
    clientToken: options.clientToken,
  };
  const written = writeHistory(tx, { ...stack, statusReason: options.reason }, [
    { ...entry, status: "DELETE_IN_PROGRESS", reason: "User Initiated" },
    { ...entry, status: stack.status, reason: options.reason },
  ]);
  stacks.put(tx, [stack.accountId, stack.region, stack.id], written);
}

/** A creation is called off and then taken away; anything else has to end first, as on AWS. */
function deleteOnceStill(tx: WriteTx, stack: StackRecord): void {
  if (stack.status !== "CREATE_IN_PROGRESS") {
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
  stacks.put(tx, [stack.accountId, stack.region, stack.id], { ...stack, onFailure: "DELETE" });
  const state = loadState(tx, keyOf(stack));
  if (state !== undefined) {
    transact(tx, state, { kind: "cancelled", reason: "Deletion requested by user." });
  }
}
