import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import { given } from "../given.ts";
import type { RouteRecord } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { checkRouteMembers, putRoute, requireRoute } from "../route.ts";

/** Scopes are those of a JWT authorizer: another type of authorization has no use for them. */
function withoutScopes(route: RouteRecord, type: string | undefined): RouteRecord {
  const { AuthorizationScopes: _, ...rest } = route;
  return type === undefined || type === "JWT" ? route : rest;
}

export const updateRoute: ApiOperation<"UpdateRoute"> = async (ctx, input) => {
  const { ApiId, RouteId, ...members } = input;
  checkRouteMembers("UpdateRoute", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = withoutScopes(requireRoute(tx, ApiId, RouteId), members.AuthorizationType);
    const route = putRoute(tx, ApiId, { ...before, ...given(members) });
    autoDeploy(tx, ApiId);
    return route;
  });
};
