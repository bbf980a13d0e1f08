import { authorizers } from "../keys.ts";
import { checkAuthorizer, requireAuthorizer } from "../parts.ts";
import { patched } from "../patch.ts";
import { AUTHORIZER } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateAuthorizer: ApiOperation<"UpdateAuthorizer"> = async (ctx, input) => {
  const { restApiId, authorizerId, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const before = requireAuthorizer(tx, restApiId, authorizerId);
    const authorizer = patched(before, patchOperations, AUTHORIZER);
    checkAuthorizer("UpdateAuthorizer", authorizer);
    authorizers.put(tx, [restApiId, authorizerId], authorizer);
    return authorizer;
  });
};
