import type { Input, Output } from "../../../wire/operations.ts";
import { capabilitiesReason, neededIamCapability } from "../capabilities.ts";
import { validationError } from "../errors.ts";
import { revisions } from "../keys.ts";
import { asValidationError, readSource } from "../prepare.ts";
import { callerOf, type OperationContext, requireStack } from "../stack-lookup.ts";
import { templateText } from "../template-source.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html */
export async function getTemplateSummary(
  ctx: OperationContext,
  input: Input<"cloudformation", "GetTemplateSummary">,
): Promise<Output<"cloudformation", "GetTemplateSummary">> {
  const body = await bodyOf(ctx, input);
  const { template, transforms, processed } = asValidationError(() => readSource(body, {}));
  const iam = neededIamCapability(template);
  return {
    Parameters: Object.entries(template.parameters).map(([name, parameter]) => ({
      ParameterKey: name,
      DefaultValue: parameter.default === undefined ? undefined : String(parameter.default),
      ParameterType: parameter.type,
      NoEcho: parameter.noEcho,
      Description: parameter.description,
      ParameterConstraints:
        parameter.allowedValues === undefined ? {} : { AllowedValues: parameter.allowedValues },
    })),
    Description: template.description,
    Capabilities: iam && [iam.capability],
    CapabilitiesReason: iam && capabilitiesReason(iam.resourceTypes),
    ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
    Version: "2010-09-09",
    Metadata:
      Object.keys(template.metadata).length === 0 ? undefined : JSON.stringify(template.metadata),
    DeclaredTransforms: processed === undefined ? undefined : transforms,
  };
}

async function bodyOf(
  ctx: OperationContext,
  input: Input<"cloudformation", "GetTemplateSummary">,
): Promise<string> {
  const { StackName: name } = input;
  const body =
    name === undefined
      ? await templateText(ctx.dispatcher, callerOf(ctx), input)
      : await ctx.store.read((tx) => {
          const stack = requireStack(tx, ctx, name);
          return revisions.get(tx, [stack.id, stack.revision])?.templateBody;
        });
  if (body === undefined) {
    throw validationError("Either StackName, TemplateBody or TemplateURL must be specified.");
  }
  return body;
}
