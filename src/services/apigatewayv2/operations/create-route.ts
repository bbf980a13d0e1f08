import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";
import { addRoute, checkRouteMembers } from "../route.ts";

export const createRoute: ApiOperation<"CreateRoute"> = async (ctx, input) => {
  const { ApiId, ...members } = input;
  checkRouteMembers("CreateRoute", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const route = addRoute(tx, ApiId, members);
    autoDeploy(tx, ApiId);
    return route;
  });
};
