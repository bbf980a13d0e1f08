import type { WriteTx } from "../../../store/store.ts";
import type { PutParameterResult } from "../../../wire/models/ssm.gen.ts";
import { countStandard } from "../count.ts";
import { oldestVersionIsLabelled, parameterAlreadyExists } from "../errors.ts";
import { type Place, parameterKey, parameters, versionKey, versions } from "../keys.ts";
import { VERSIONS_MAX } from "../limits.ts";
import { checkNewName } from "../name.ts";
import { checkPut, settingsOf } from "../new-value.ts";
import { labelsOf, type Parameter, requireVersion } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";
import { encrypt } from "../secret.ts";
import { withTags } from "../tags.ts";

/** Creates a parameter, or with `Overwrite` a new version of it. */
export const putParameter: SsmOperation<"PutParameter"> = (ctx, input) => {
  const { Name: name, Overwrite = false } = input;
  checkNewName(ctx, name);
  checkPut(input);
  return ctx.store.write((tx): PutParameterResult => {
    const parameter = parameters.get(tx, parameterKey(ctx, name));
    if (parameter !== undefined && !Overwrite) {
      throw parameterAlreadyExists();
    }
    const before = parameter && requireVersion(tx, ctx, { name, number: parameter.latest });
    const settings = settingsOf(input, before);
    countTier(tx, ctx, { before: before?.tier, after: settings.tier });
    const number = (parameter?.latest ?? 0) + 1;
    const value =
      settings.type === "SecureString"
        ? encrypt(tx, { place: ctx, name }, input.Value)
        : input.Value;
    const modifiedBy = `arn:aws:iam::${ctx.accountId}:root`;
    const version = { ...settings, number, value, modifiedMs: tx.nowMs, modifiedBy };
    versions.put(tx, versionKey(ctx, name, number), version);
    const oldest = parameter === undefined ? 1 : dropOldest(tx, ctx, { name, parameter });
    parameters.put(tx, parameterKey(ctx, name), {
      latest: number,
      oldest,
      labels: parameter?.labels ?? {},
      tags: parameter?.tags ?? withTags({}, input.Tags ?? []),
    });
    return { Version: number, Tier: settings.tier };
  });
};

interface TierChange {
  readonly before: string | undefined;
  readonly after: string;
}

function countTier(tx: WriteTx, place: Place, { before, after }: TierChange): void {
  if (before === undefined && after === "Standard") {
    countStandard(tx, place, 1);
  } else if (before === "Standard" && after === "Advanced") {
    countStandard(tx, place, -1);
  }
}

/** Makes room for a version more; gives the oldest that stays. */
function dropOldest(
  tx: WriteTx,
  place: Place,
  { name, parameter }: { readonly name: string; readonly parameter: Parameter },
): number {
  const { oldest, latest } = parameter;
  if (latest - oldest + 1 < VERSIONS_MAX) {
    return oldest;
  }
  if (labelsOf(parameter, oldest).length > 0) {
    throw oldestVersionIsLabelled(name, oldest);
  }
  versions.delete(tx, versionKey(place, name, oldest));
  return oldest + 1;
}
