import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import {
  checkIntegrationMembers,
  keptMembers,
  putIntegration,
  requireIntegration,
} from "../integration.ts";
import type { ApiOperation } from "../ports.ts";

export const updateIntegration: ApiOperation<"UpdateIntegration"> = async (ctx, input) => {
  const { ApiId, IntegrationId, ...members } = input;
  checkIntegrationMembers("UpdateIntegration", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const integration = {
      ...requireIntegration(tx, ApiId, IntegrationId),
      ...keptMembers(members),
    };
    putIntegration(tx, ApiId, integration);
    autoDeploy(tx, ApiId);
    return integration;
  });
};
