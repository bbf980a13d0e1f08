import { conflict } from "../errors.ts";
import { authorizers } from "../keys.ts";
import { requireAuthorizer } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { resourcesOf } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const deleteAuthorizer: ApiOperation<"DeleteAuthorizer"> = async (ctx, input) => {
  const { restApiId, authorizerId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireAuthorizer(tx, restApiId, authorizerId);
    const isUsed = resourcesOf(tx, restApiId)
      .flatMap(({ methods }) => Object.values(methods))
      .some((method) => method.authorizerId === authorizerId);
    if (isUsed) {
      throw conflict("Cannot delete authorizer, is referenced in method");
    }
    authorizers.delete(tx, [restApiId, authorizerId]);
  });
};
