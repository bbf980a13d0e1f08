import { given } from "../given.ts";
import { newId, PART_ID_LENGTH } from "../ids.ts";
import { validators } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const createRequestValidator: ApiOperation<"CreateRequestValidator"> = async (
  ctx,
  input,
) => {
  const { restApiId, ...members } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const validator = {
      validateRequestBody: false,
      validateRequestParameters: false,
      ...given(members),
      id: newId(tx, PART_ID_LENGTH),
    };
    validators.put(tx, [restApiId, validator.id], validator);
    return validator;
  });
};
