import type { WriteTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import {
  checkTypesKept,
  checkUpdatable,
  newStackRecord,
  refuseUnsupported,
  stackArn,
} from "../begin.ts";
import { type ChangeSetRecord, NO_CHANGES } from "../change-set.ts";
import { changeSetAlreadyExists, validationError } from "../errors.ts";
import { changeSets, resources, revisions, stacks } from "../keys.ts";
import { CHANGE_SET_COUNT_MAX } from "../limits.ts";
import { differs, planChanges } from "../plan-changes.ts";
import { type PreparedRevision, prepareRevision } from "../prepare.ts";
import { givenParameters, givenTags } from "../request-values.ts";
import {
  callerOf,
  checkStackName,
  lookUpStack,
  type OperationContext,
  requireStack,
} from "../stack-lookup.ts";
import type { OnFailure, Revision, StackRecord } from "../state.ts";
import { templateText } from "../template-source.ts";
import { writeHistory } from "../transact.ts";

type Request = Input<"cloudformation", "CreateChangeSet">;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
export async function createChangeSet(
  ctx: OperationContext,
  input: Request,
): Promise<Output<"cloudformation", "CreateChangeSet">> {
  checkRequest(input);
  const isNew = input.ChangeSetType === "CREATE";
  const { stack, before } = await ctx.store.read((tx) => existing(ctx, tx, input));
  const stackId =
    stack?.id ??
    stackArn(
      { accountId: ctx.accountId, region: ctx.region, name: input.StackName },
      ctx.random.uuid(),
    );
  const revision = await prepare(ctx, input, { stackId, stackName: stack?.name, before });
  const uuid = ctx.random.uuid();
  const id = stackId.replace(/:stack\/.*$/, `:changeSet/${input.ChangeSetName}/${uuid}`);
  await ctx.store.write((tx) => {
    const record =
      stack === undefined ? reviewed(tx, ctx, input, stackId) : current(tx, ctx, stack);
    checkTypesKept(tx, record, revision);
    if (changeSets.get(tx, [stackId, input.ChangeSetName]) !== undefined) {
      throw changeSetAlreadyExists(input.ChangeSetName);
    }
    const count = [...changeSets.list(tx, { prefix: [stackId] })].length;
    if (count >= CHANGE_SET_COUNT_MAX) {
      throw validationError("ChangeSet limit exceeded for stack");
    }
    const changeSet = changeSetOf(tx, record, { input, id, revision, before, isNew });
    changeSets.put(tx, [stackId, input.ChangeSetName], changeSet);
  });
  return { Id: id, StackId: stackId };
}

function checkRequest(input: Request): void {
  refuseUnsupported("CreateChangeSet", input);
  if (input.ChangeSetType === "IMPORT") {
    throw validationError("Millrace does not support change sets of type IMPORT.");
  }
  if (!input.StackName.startsWith("arn:")) {
    checkStackName(input.StackName);
  }
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(input.ChangeSetName)) {
    throw validationError(
      `1 validation error detected: Value '${input.ChangeSetName}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
}

interface Existing {
  readonly stack: StackRecord | undefined;
  readonly before: Revision | undefined;
}

function existing(
  ctx: OperationContext,
  tx: Parameters<typeof lookUpStack>[0],
  input: Request,
): Existing {
  if (input.ChangeSetType !== "CREATE") {
    const stack = requireStack(tx, ctx, input.StackName);
    checkUpdatable(stack);
    return { stack, before: revisions.get(tx, [stack.id, stack.revision]) };
  }
  const stack = lookUpStack(tx, ctx, input.StackName);
  if (stack !== undefined && stack.status !== "REVIEW_IN_PROGRESS") {
    throw validationError(
      `Stack [${stack.name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
    );
  }
  return { stack, before: undefined };
}

async function prepare(
  ctx: OperationContext,
  input: Request,
  about: {
    readonly stackId: string;
    readonly stackName: string | undefined;
    readonly before: Revision | undefined;
  },
): Promise<PreparedRevision> {
  const { before } = about;
  const caller = callerOf(ctx);
  const templateBody = input.UsePreviousTemplate
    ? before?.templateBody
    : await templateText(ctx.dispatcher, caller, input);
  if (templateBody === undefined) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  return prepareRevision(ctx, caller, {
    templateBody,
    parameters: givenParameters(input.Parameters, before),
    capabilities: input.Capabilities ?? [],
    tags: givenTags(input.Tags, before),
    roleArn: input.RoleARN ?? before?.roleArn,
    stack: {
      accountId: ctx.accountId,
      region: ctx.region,
      stackName: about.stackName ?? input.StackName,
      stackId: about.stackId,
    },
    reviewed: true,
  });
}

/** A stack that exists only to be looked at. */
function reviewed(
  tx: WriteTx,
  ctx: OperationContext,
  input: Request,
  stackId: string,
): StackRecord {
  const identity = {
    id: stackId,
    name: input.StackName,
    accountId: ctx.accountId,
    region: ctx.region,
  };
  const stack = { ...newStackRecord(tx, identity), statusReason: "User Initiated" };
  const written = writeHistory(tx, stack, [
    {
      logicalId: stack.name,
      physicalId: stack.id,
      type: "AWS::CloudFormation::Stack",
      status: stack.status,
      reason: "User Initiated",
      properties: undefined,
      clientToken: input.ClientToken,
    },
  ]);
  stacks.put(tx, [ctx.accountId, ctx.region, stackId], written);
  return written;
}

function current(tx: WriteTx, ctx: OperationContext, stack: StackRecord): StackRecord {
  const now = requireStack(tx, ctx, stack.id);
  if (now.status !== "REVIEW_IN_PROGRESS") {
    checkUpdatable(now);
  }
  return now;
}

function changeSetOf(
  tx: WriteTx,
  stack: StackRecord,
  about: {
    readonly input: Request;
    readonly id: string;
    readonly revision: PreparedRevision;
    readonly before: Revision | undefined;
    readonly isNew: boolean;
  },
): ChangeSetRecord {
  const { input, revision, before } = about;
  const rows = [...resources.list(tx, { prefix: [stack.id] })];
  const known = new Map(rows.map(({ record }) => [record.logicalId, record]));
  const failed = stack.status.endsWith("_FAILED");
  const changed = before === undefined || failed || differs(before, revision, known);
  return {
    id: about.id,
    name: input.ChangeSetName,
    stackId: stack.id,
    stackName: stack.name,
    description: input.Description,
    type: about.isNew ? "CREATE" : "UPDATE",
    createdMs: tx.nowMs,
    status: changed ? "CREATE_COMPLETE" : "FAILED",
    statusReason: changed ? undefined : NO_CHANGES,
    executionStatus: changed ? "AVAILABLE" : "UNAVAILABLE",
    onFailure: input.OnStackFailure as OnFailure | undefined,
    revision,
    changes: planChanges(known, revision.plan, revision.tags),
  };
}
