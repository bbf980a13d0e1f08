import { requireApi } from "../api.ts";
import { addAuthorizer, checkAuthorizerMembers } from "../authorizer.ts";
import type { ApiOperation } from "../ports.ts";

/** Guards nothing before a route names it, so no stage is deployed. */
export const createAuthorizer: ApiOperation<"CreateAuthorizer"> = async (ctx, input) => {
  const { ApiId, ...members } = input;
  checkAuthorizerMembers("CreateAuthorizer", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    return addAuthorizer(tx, ApiId, members);
  });
};
