import { patched } from "../patch.ts";
import { REST_API } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { checkApiSettings, putApi, requireApi, shownApi } from "../rest-api.ts";

export const updateRestApi: ApiOperation<"UpdateRestApi"> = async (ctx, input) => {
  const { restApiId, patchOperations } = input;
  const api = await ctx.store.write((tx) => {
    const before = requireApi(tx, ctx, restApiId);
    const after = { ...before, settings: patched(before.settings, patchOperations, REST_API) };
    checkApiSettings("UpdateRestApi", after.settings);
    putApi(tx, after);
    return after;
  });
  return shownApi(api);
};
