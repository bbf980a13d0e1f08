import { requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import {
  checkIntegrationMembers,
  type IntegrationMembers,
  keptMembers,
  putIntegration,
  requireIntegration,
} from "../integration.ts";
import type { IntegrationRecord } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

/** What an update does not name stays: mappings of the request, and statuses of the response. */
function mergedParameters(
  before: IntegrationRecord,
  { RequestParameters: request, ResponseParameters: response }: IntegrationMembers,
): Pick<IntegrationMembers, "RequestParameters" | "ResponseParameters"> {
  return {
    ...(request && { RequestParameters: { ...before.RequestParameters, ...request } }),
    ...(response && { ResponseParameters: { ...before.ResponseParameters, ...response } }),
  };
}

export const updateIntegration: ApiOperation<"UpdateIntegration"> = async (ctx, input) => {
  const { ApiId, IntegrationId, ...members } = input;
  checkIntegrationMembers("UpdateIntegration", members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = requireIntegration(tx, ApiId, IntegrationId);
    const integration = putIntegration(tx, ApiId, {
      ...before,
      ...keptMembers(members),
      ...mergedParameters(before, members),
    });
    autoDeploy(tx, ApiId);
    return integration;
  });
};
