import { changeMethod, requireIntegration, requireIntegrationResponse } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const deleteIntegrationResponse: ApiOperation<"DeleteIntegrationResponse"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    changeMethod(tx, input, (method) => {
      requireIntegrationResponse(method, input.statusCode);
      const integration = requireIntegration(method);
      const { [input.statusCode]: _, ...integrationResponses } =
        integration.integrationResponses ?? {};
      return { ...method, methodIntegration: { ...integration, integrationResponses } };
    });
  });
};
