import { conflict } from "../errors.ts";
import { validators } from "../keys.ts";
import { requireValidator } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { resourcesOf } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const deleteRequestValidator: ApiOperation<"DeleteRequestValidator"> = async (
  ctx,
  input,
) => {
  const { restApiId, requestValidatorId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireValidator(tx, restApiId, requestValidatorId);
    const isUsed = resourcesOf(tx, restApiId)
      .flatMap(({ methods }) => Object.values(methods))
      .some((method) => method.requestValidatorId === requestValidatorId);
    if (isUsed) {
      throw conflict(
        `Cannot delete request validator '${requestValidatorId}', is referenced in method`,
      );
    }
    validators.delete(tx, [restApiId, requestValidatorId]);
  });
};
