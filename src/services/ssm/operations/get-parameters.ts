import type { ReadTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { GetParametersResult, Parameter } from "../../../wire/models/ssm.gen.ts";
import { describeParameter } from "../described.ts";
import type { Place } from "../keys.ts";
import { readSelected, type Selected } from "../name.ts";
import type { ParameterVersion } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";
import { selectVersion } from "../select.ts";

/** Names that stand for nothing are listed, not refused. */
export const getParameters: SsmOperation<"GetParameters"> = (ctx, input) => {
  const isDecrypted = input.WithDecryption ?? false;
  const selections = input.Names.map((text) => ({ text, ...readSelected(ctx, text) }));
  return ctx.store.read((tx): GetParametersResult => {
    const found: Parameter[] = [];
    const invalid: string[] = [];
    for (const { text, name, selector } of selections) {
      const version = findVersion(tx, ctx, { name, selector });
      if (version === undefined) {
        invalid.push(text);
      } else {
        const reading = { place: ctx, name, selector, isDecrypted };
        found.push(describeParameter(tx, version, reading));
      }
    }
    return { Parameters: found, InvalidParameters: invalid };
  });
};

function findVersion(tx: ReadTx, place: Place, selected: Selected): ParameterVersion | undefined {
  try {
    return selectVersion(tx, place, selected);
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
