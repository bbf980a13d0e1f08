import { validators } from "../keys.ts";
import { requireValidator } from "../parts.ts";
import { patched } from "../patch.ts";
import { VALIDATOR } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateRequestValidator: ApiOperation<"UpdateRequestValidator"> = async (
  ctx,
  input,
) => {
  const { restApiId, requestValidatorId, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const before = requireValidator(tx, restApiId, requestValidatorId);
    const validator = patched(before, patchOperations, VALIDATOR);
    validators.put(tx, [restApiId, requestValidatorId], validator);
    return validator;
  });
};
