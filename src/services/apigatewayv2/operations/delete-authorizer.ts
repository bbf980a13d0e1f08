import { requireApi } from "../api.ts";
import { requireAuthorizer } from "../authorizer.ts";
import { conflict } from "../errors.ts";
import { authorizers, routes } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

/** Not while a route relies on it. */
export const deleteAuthorizer: ApiOperation<"DeleteAuthorizer"> = async (ctx, input) => {
  const { ApiId, AuthorizerId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    requireAuthorizer(tx, ApiId, AuthorizerId);
    for (const { record } of routes.list(tx, { prefix: [ApiId] })) {
      if (record.AuthorizerId === AuthorizerId) {
        throw conflict(
          `Cannot delete Authorizer ${AuthorizerId} because Route ${record.RouteId} uses it`,
        );
      }
    }
    authorizers.delete(tx, [ApiId, AuthorizerId]);
  });
};
