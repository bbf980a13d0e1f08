import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import { given } from "../given.ts";
import type { ApiOperation } from "../ports.ts";
import { checkRouteMembers, putRoute, requireRoute } from "../route.ts";

export const updateRoute: ApiOperation<"UpdateRoute"> = async (ctx, input) => {
  const { ApiId, RouteId, ...members } = input;
  checkRouteMembers("UpdateRoute", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const route = { ...requireRoute(tx, ApiId, RouteId), ...given(members) };
    putRoute(tx, ApiId, route);
    autoDeploy(tx, ApiId);
    return route;
  });
};
