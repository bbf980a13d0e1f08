import { requireApi } from "../api.ts";
import { requireAuthorizer } from "../authorizer.ts";
import type { ApiOperation } from "../ports.ts";

export const getAuthorizer: ApiOperation<"GetAuthorizer"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    return requireAuthorizer(tx, input.ApiId, input.AuthorizerId);
  });
