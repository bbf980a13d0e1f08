import type { Input, Output } from "../../../wire/operations.ts";
import { capabilitiesReason, neededIamCapability } from "../capabilities.ts";
import { checkTypeNames, checkTypes } from "../check-types.ts";
import { validationError } from "../errors.ts";
import { asValidationError, readSource } from "../prepare.ts";
import { callerOf, type OperationContext } from "../stack-lookup.ts";
import { templateText } from "../template-source.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
export async function validateTemplate(
  ctx: OperationContext,
  input: Input<"cloudformation", "ValidateTemplate">,
): Promise<Output<"cloudformation", "ValidateTemplate">> {
  const body = await templateText(ctx.dispatcher, callerOf(ctx), input);
  if (body === undefined) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  const { template, transforms } = asValidationError(() => {
    const source = readSource(body, {});
    checkTypeNames(source.template);
    checkTypes(source.template.resources);
    return source;
  });
  const iam = neededIamCapability(template);
  return {
    Parameters: Object.entries(template.parameters).map(([name, parameter]) => ({
      ParameterKey: name,
      DefaultValue: parameter.default === undefined ? undefined : String(parameter.default),
      NoEcho: parameter.noEcho,
      Description: parameter.description,
    })),
    Description: template.description,
    Capabilities: [
      ...(iam === undefined ? [] : [iam.capability]),
      ...(transforms.length > 0 ? ["CAPABILITY_AUTO_EXPAND"] : []),
    ],
    CapabilitiesReason: iam && capabilitiesReason(iam.resourceTypes),
    DeclaredTransforms: transforms,
  };
}
