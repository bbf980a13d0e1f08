import { describeParameter } from "../described.ts";
import { readSelected } from "../name.ts";
import type { SsmOperation } from "../ports.ts";
import { isSecretReference, referencedSecret } from "../secret-reference.ts";
import { selectVersion } from "../select.ts";

export const getParameter: SsmOperation<"GetParameter"> = async (ctx, input) => {
  if (isSecretReference(input.Name)) {
    const isDecrypted = input.WithDecryption ?? false;
    return { Parameter: await referencedSecret(ctx, input.Name, { isDecrypted }) };
  }
  const selected = readSelected(ctx, input.Name);
  const isDecrypted = input.WithDecryption ?? false;
  return ctx.store.read((tx) => {
    const version = selectVersion(tx, ctx, selected);
    return { Parameter: describeParameter(tx, version, { place: ctx, isDecrypted, ...selected }) };
  });
};
