import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import { routes } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireRoute } from "../route.ts";

export const deleteRoute: ApiOperation<"DeleteRoute"> = async (ctx, { ApiId, RouteId }) => {
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    requireRoute(tx, ApiId, RouteId);
    routes.delete(tx, [ApiId, RouteId]);
    autoDeploy(tx, ApiId);
  });
};
