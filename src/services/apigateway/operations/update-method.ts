import { changeMethod, checkMethod, refuseCognito } from "../method.ts";
import { patched } from "../patch.ts";
import { METHOD } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateMethod: ApiOperation<"UpdateMethod"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return changeMethod(tx, input, (before) => {
      const after = patched(before, input.patchOperations, METHOD);
      refuseCognito("UpdateMethod", after.authorizationType);
      checkMethod(tx, input.restApiId, after);
      return after;
    });
  });
