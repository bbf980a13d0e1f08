import type { Input, Output } from "../../../wire/operations.ts";
import { changeSetNotFound, validationError } from "../errors.ts";
import { findChangeSet } from "../find-change-set.ts";
import { revisions } from "../keys.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html */
export async function getTemplate(
  ctx: OperationContext,
  input: Input<"cloudformation", "GetTemplate">,
): Promise<Output<"cloudformation", "GetTemplate">> {
  const { StackName: stackName, ChangeSetName: changeSetName } = input;
  return ctx.store.read((tx) => {
    if (changeSetName !== undefined) {
      const changeSet = findChangeSet(tx, ctx, { changeSetName, stackName });
      if (changeSet === undefined) {
        throw changeSetNotFound(changeSetName);
      }
      return templateAnswer(changeSet.revision, input.TemplateStage);
    }
    if (stackName === undefined) {
      throw validationError("Either StackName or ChangeSetName must be specified");
    }
    const stack = requireStack(tx, ctx, stackName);
    const revision = revisions.get(tx, [stack.id, stack.revision]);
    return revision === undefined
      ? { TemplateBody: undefined, StagesAvailable: [] }
      : templateAnswer(revision, input.TemplateStage);
  });
}

function templateAnswer(
  revision: { readonly templateBody: string; readonly processedBody: string | undefined },
  stage: string | undefined,
): Output<"cloudformation", "GetTemplate"> {
  const processed = stage === "Processed" ? revision.processedBody : undefined;
  return {
    TemplateBody: processed ?? revision.templateBody,
    StagesAvailable: ["Original", "Processed"],
  };
}
