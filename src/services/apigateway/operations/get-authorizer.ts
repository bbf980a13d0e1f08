import { requireAuthorizer } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getAuthorizer: ApiOperation<"GetAuthorizer"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireAuthorizer(tx, input.restApiId, input.authorizerId);
  });
