import { requireApi } from "../api.ts";
import { checkAuthorizerMembers, putAuthorizer, requireAuthorizer } from "../authorizer.ts";
import { autoDeploy } from "../deployment.ts";
import { given } from "../given.ts";
import type { ApiOperation } from "../ports.ts";

export const updateAuthorizer: ApiOperation<"UpdateAuthorizer"> = async (ctx, input) => {
  const { ApiId, AuthorizerId, ...members } = input;
  checkAuthorizerMembers("UpdateAuthorizer", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = requireAuthorizer(tx, ApiId, AuthorizerId);
    const after = putAuthorizer(tx, ApiId, { ...before, ...given(members) });
    autoDeploy(tx, ApiId);
    return after;
  });
};
