import type { UnlabelParameterVersionResult } from "../../../wire/models/ssm.gen.ts";
import { parameterKey, parameters } from "../keys.ts";
import { readSelected } from "../name.ts";
import { labelsOf, requireParameter, requireVersion } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";

export const unlabelParameterVersion: SsmOperation<"UnlabelParameterVersion"> = (ctx, input) => {
  const { Labels, ParameterVersion: number } = input;
  const { name } = readSelected(ctx, input.Name);
  return ctx.store.write((tx): UnlabelParameterVersionResult => {
    const parameter = requireParameter(tx, ctx, name);
    requireVersion(tx, ctx, { name, number });
    const present = labelsOf(parameter, number);
    const removed = Labels.filter((label) => present.includes(label));
    const kept = Object.entries(parameter.labels).filter(([label]) => !removed.includes(label));
    parameters.put(tx, parameterKey(ctx, name), { ...parameter, labels: Object.fromEntries(kept) });
    return {
      RemovedLabels: removed,
      InvalidLabels: Labels.filter((label) => !present.includes(label)),
    };
  });
};
