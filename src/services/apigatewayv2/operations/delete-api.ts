import { requireApi } from "../api.ts";
import {
  apis,
  apisByOwner,
  authorizers,
  deployments,
  integrations,
  routes,
  stages,
} from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

/** With everything in it. */
export const deleteApi: ApiOperation<"DeleteApi"> = async (ctx, { ApiId }) => {
  await ctx.store.write((tx) => {
    const api = requireApi(tx, ctx, ApiId);
    apis.delete(tx, [ApiId]);
    apisByOwner.delete(tx, [api.accountId, api.region, ApiId]);
    for (const part of [authorizers, deployments, integrations, routes, stages]) {
      part.clear(tx, { prefix: [ApiId] });
    }
  });
};
