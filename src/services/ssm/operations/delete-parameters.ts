import type { DeleteParametersResult } from "../../../wire/models/ssm.gen.ts";
import { readSelected } from "../name.ts";
import type { SsmOperation } from "../ports.ts";
import { removeParameter } from "../removal.ts";

export const deleteParameters: SsmOperation<"DeleteParameters"> = (ctx, input) => {
  const names = input.Names.map((text) => readSelected(ctx, text).name);
  return ctx.store.write((tx): DeleteParametersResult => {
    const deleted: string[] = [];
    const invalid: string[] = [];
    for (const name of names) {
      (removeParameter(tx, ctx, name) ? deleted : invalid).push(name);
    }
    return { DeletedParameters: deleted, InvalidParameters: invalid };
  });
};
