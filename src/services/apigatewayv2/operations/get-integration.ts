import { requireApi } from "../api.ts";
import { requireIntegration } from "../integration.ts";
import type { ApiOperation } from "../ports.ts";

export const getIntegration: ApiOperation<"GetIntegration"> = (ctx, { ApiId, IntegrationId }) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, ApiId);
    return requireIntegration(tx, ApiId, IntegrationId);
  });
