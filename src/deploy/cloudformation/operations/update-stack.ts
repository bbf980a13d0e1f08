import type { Input, Output } from "../../../wire/operations.ts";
import { untilRest } from "../answer-grace.ts";
import {
  beginRevision,
  checkTypesKept,
  checkUpdatable,
  onFailureOf,
  refuseUnsupported,
} from "../begin.ts";
import { noUpdates, validationError } from "../errors.ts";
import { resources, revisions } from "../keys.ts";
import { differs } from "../plan-changes.ts";
import { prepareRevision } from "../prepare.ts";
import { givenParameters, givenTags } from "../request-values.ts";
import { callerOf, type OperationContext, requireStack } from "../stack-lookup.ts";
import { templateText } from "../template-source.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html */
export async function updateStack(
  ctx: OperationContext,
  input: Input<"cloudformation", "UpdateStack">,
): Promise<Output<"cloudformation", "UpdateStack">> {
  refuseUnsupported("UpdateStack", input);
  const caller = callerOf(ctx);
  const { stack, before } = await ctx.store.read((tx) => {
    const stack = requireStack(tx, ctx, input.StackName);
    checkUpdatable(stack);
    return { stack, before: revisions.get(tx, [stack.id, stack.revision]) };
  });
  const templateBody = input.UsePreviousTemplate
    ? before?.templateBody
    : await templateText(ctx.dispatcher, caller, input);
  if (templateBody === undefined) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  const revision = await prepareRevision(ctx, caller, {
    templateBody,
    parameters: givenParameters(input.Parameters, before),
    capabilities: input.Capabilities ?? [],
    tags: givenTags(input.Tags, before),
    roleArn: input.RoleARN ?? before?.roleArn,
    stack: {
      accountId: ctx.accountId,
      region: ctx.region,
      stackName: stack.name,
      stackId: stack.id,
    },
    reviewed: false,
  });
  await ctx.store.write((tx) => {
    const stack = requireStack(tx, ctx, input.StackName);
    checkUpdatable(stack);
    checkTypesKept(tx, stack, revision);
    const rows = [...resources.list(tx, { prefix: [stack.id] })];
    const known = new Map(rows.map(({ record }) => [record.logicalId, record]));
    const failed = stack.status.endsWith("_FAILED");
    if (before !== undefined && !failed && !differs(before, revision, known)) {
      throw noUpdates();
    }
    beginRevision(
      tx,
      {
        ...stack,
        updatedMs: tx.nowMs,
        onFailure: onFailureOf(input),
        retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
      },
      { revision, clientToken: input.ClientRequestToken, status: "UPDATE_IN_PROGRESS" },
    );
  });
  await untilRest(ctx, stack.id);
  return { StackId: stack.id };
}
