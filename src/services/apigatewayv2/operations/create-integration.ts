import { requireApi } from "../api.ts";
import { addIntegration, checkIntegrationMembers } from "../integration.ts";
import type { ApiOperation } from "../ports.ts";

/** Serves nothing before a route leads to it, so no stage is deployed. */
export const createIntegration: ApiOperation<"CreateIntegration"> = async (ctx, input) => {
  const { ApiId, ...members } = input;
  checkIntegrationMembers("CreateIntegration", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    return addIntegration(tx, ApiId, members);
  });
};
