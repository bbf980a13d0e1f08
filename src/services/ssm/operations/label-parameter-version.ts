import type { LabelParameterVersionResult } from "../../../wire/models/ssm.gen.ts";
import { tooManyLabels } from "../errors.ts";
import { parameterKey, parameters } from "../keys.ts";
import { LABELS_PER_VERSION_MAX } from "../limits.ts";
import { readSelected } from "../name.ts";
import { labelsOf, requireParameter, requireVersion } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";

/** A label that stands on another version moves. */
export const labelParameterVersion: SsmOperation<"LabelParameterVersion"> = (ctx, input) => {
  const { name } = readSelected(ctx, input.Name);
  const valid = input.Labels.filter(isLabel);
  return ctx.store.write((tx): LabelParameterVersionResult => {
    const parameter = requireParameter(tx, ctx, name);
    const number = input.ParameterVersion ?? parameter.latest;
    requireVersion(tx, ctx, { name, number });
    const added = valid.map((label) => [label, number] as const);
    const labels = { ...parameter.labels, ...Object.fromEntries(added) };
    const changed = { ...parameter, labels };
    if (labelsOf(changed, number).length > LABELS_PER_VERSION_MAX) {
      throw tooManyLabels();
    }
    parameters.put(tx, parameterKey(ctx, name), changed);
    const invalid = input.Labels.filter((label) => !isLabel(label));
    return { InvalidLabels: invalid, ParameterVersion: number };
  });
};

/** Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html */
function isLabel(label: string): boolean {
  return /^(?!aws|ssm)[a-zA-Z_.-][a-zA-Z0-9_.-]*$/i.test(label);
}
