import { changeMethod, checkMethodResponse, requireMethodResponse } from "../method.ts";
import { patched } from "../patch.ts";
import { METHOD_RESPONSE } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateMethodResponse: ApiOperation<"UpdateMethodResponse"> = async (ctx, input) => {
  const { statusCode, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const method = changeMethod(tx, input, (before) => {
      const response = requireMethodResponse(before, statusCode);
      const after = patched(response, patchOperations, METHOD_RESPONSE);
      checkMethodResponse(tx, input.restApiId, after);
      return { ...before, methodResponses: { ...before.methodResponses, [statusCode]: after } };
    });
    return requireMethodResponse(method, statusCode);
  });
};
