import { checkIntegrationResponse } from "../integration.ts";
import { changeMethod, requireIntegration, requireIntegrationResponse } from "../method.ts";
import { patched } from "../patch.ts";
import { INTEGRATION_RESPONSE } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateIntegrationResponse: ApiOperation<"UpdateIntegrationResponse"> = async (
  ctx,
  input,
) => {
  const { statusCode, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    const method = changeMethod(tx, input, (before) => {
      const response = requireIntegrationResponse(before, statusCode);
      const after = patched(response, patchOperations, INTEGRATION_RESPONSE);
      checkIntegrationResponse(after);
      const integration = requireIntegration(before);
      const integrationResponses = { ...integration.integrationResponses, [statusCode]: after };
      return { ...before, methodIntegration: { ...integration, integrationResponses } };
    });
    return requireIntegrationResponse(method, statusCode);
  });
};
