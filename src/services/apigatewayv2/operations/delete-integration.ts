import { requireApi } from "../api.ts";
import { integrationIdOf } from "../deployment.ts";
import { conflict } from "../errors.ts";
import { requireIntegration } from "../integration.ts";
import { integrations, routes } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

/** Not while a route leads to it. */
export const deleteIntegration: ApiOperation<"DeleteIntegration"> = async (ctx, input) => {
  const { ApiId, IntegrationId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    requireIntegration(tx, ApiId, IntegrationId);
    for (const { record } of routes.list(tx, { prefix: [ApiId] })) {
      if (integrationIdOf(record.Target) === IntegrationId) {
        throw conflict(
          `Cannot delete Integration ${IntegrationId} because Route ${record.RouteId} uses it`,
        );
      }
    }
    integrations.delete(tx, [ApiId, IntegrationId]);
  });
};
