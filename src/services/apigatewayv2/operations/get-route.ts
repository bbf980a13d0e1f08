import { requireApi } from "../api.ts";
import type { ApiOperation } from "../ports.ts";
import { requireRoute } from "../route.ts";

export const getRoute: ApiOperation<"GetRoute"> = (ctx, { ApiId, RouteId }) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, ApiId);
    return requireRoute(tx, ApiId, RouteId);
  });
