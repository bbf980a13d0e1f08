import type { ReadTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { GetParametersResult, Parameter } from "../../../wire/models/ssm.gen.ts";
import { describeParameter } from "../described.ts";
import type { Place } from "../keys.ts";
import { readSelected, type Selected } from "../name.ts";
import type { ParameterVersion } from "../parameter.ts";
import type { SsmContext, SsmOperation } from "../ports.ts";
import { isSecretReference, referencedSecret } from "../secret-reference.ts";
import { selectVersion } from "../select.ts";

/** Names that stand for nothing are listed, not refused. */
export const getParameters: SsmOperation<"GetParameters"> = async (ctx, input) => {
  const isDecrypted = input.WithDecryption ?? false;
  const names = input.Names.filter((text) => !isSecretReference(text));
  const selections = names.map((text) => ({ text, ...readSelected(ctx, text) }));
  const secrets = await findSecrets(ctx, input.Names.filter(isSecretReference), { isDecrypted });
  return ctx.store.read((tx): GetParametersResult => {
    const found: Parameter[] = [...secrets.found];
    const invalid: string[] = [...secrets.invalid];
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

async function findSecrets(
  ctx: SsmContext,
  texts: readonly string[],
  options: { readonly isDecrypted: boolean },
): Promise<{ readonly found: readonly Parameter[]; readonly invalid: readonly string[] }> {
  const found: Parameter[] = [];
  const invalid: string[] = [];
  for (const text of texts) {
    try {
      found.push(await referencedSecret(ctx, text, options));
    } catch (error) {
      if (!(error instanceof AwsError && error.code === "ParameterNotFound")) {
        throw error;
      }
      invalid.push(text);
    }
  }
  return { found, invalid };
}

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
