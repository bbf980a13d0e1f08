import type { Input, Output } from "../../../wire/operations.ts";
import { untilRest } from "../answer-grace.ts";
import {
  beginRevision,
  newStackRecord,
  onFailureOf,
  refuseUnsupported,
  stackArn,
} from "../begin.ts";
import { validationError } from "../errors.ts";
import { prepareRevision } from "../prepare.ts";
import { givenParameters, givenTags } from "../request-values.ts";
import { callerOf, checkStackName, type OperationContext } from "../stack-lookup.ts";
import { templateText } from "../template-source.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
export async function createStack(
  ctx: OperationContext,
  input: Input<"cloudformation", "CreateStack">,
): Promise<Output<"cloudformation", "CreateStack">> {
  refuseUnsupported("CreateStack", input);
  checkStackName(input.StackName);
  const onFailure = onFailureOf(input);
  const caller = callerOf(ctx);
  const templateBody = await templateText(ctx.dispatcher, caller, input);
  if (templateBody === undefined) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  const place = { accountId: ctx.accountId, region: ctx.region, name: input.StackName };
  const id = stackArn(place, ctx.random.uuid());
  const revision = await prepareRevision(ctx, caller, {
    templateBody,
    parameters: givenParameters(input.Parameters),
    capabilities: input.Capabilities ?? [],
    tags: givenTags(input.Tags),
    roleArn: input.RoleARN,
    stack: {
      accountId: ctx.accountId,
      region: ctx.region,
      stackName: input.StackName,
      stackId: id,
    },
    reviewed: false,
  });
  await ctx.store.write((tx) => {
    const stack = newStackRecord(tx, { ...place, id });
    beginRevision(
      tx,
      {
        ...stack,
        onFailure,
        retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
        timeoutMinutes: input.TimeoutInMinutes,
        terminationProtection: input.EnableTerminationProtection ?? false,
      },
      { revision, clientToken: input.ClientRequestToken, status: "CREATE_IN_PROGRESS" },
    );
  });
  await untilRest(ctx, id);
  return { StackId: id };
}
