import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { checkIntegrationResponse } from "../integration.ts";
import { changeMethod, requireIntegration } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const putIntegrationResponse: ApiOperation<"PutIntegrationResponse"> = async (
  ctx,
  input,
) => {
  const { restApiId, resourceId: _, httpMethod: __, ...members } = input;
  const response = { ...given(members), statusCode: input.statusCode };
  checkIntegrationResponse(response);
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    changeMethod(tx, input, (method) => {
      const integration = requireIntegration(method);
      const integrationResponses = {
        ...integration.integrationResponses,
        [input.statusCode]: response,
      };
      const others = Object.values(integration.integrationResponses ?? {}).filter(
        ({ statusCode }) => statusCode !== input.statusCode,
      );
      const isDefault = (pattern: string | undefined): boolean => (pattern ?? "") === "";
      if (
        isDefault(input.selectionPattern) &&
        others.some(({ selectionPattern }) => isDefault(selectionPattern))
      ) {
        throw badRequest("Multiple default integration responses are not allowed");
      }
      return { ...method, methodIntegration: { ...integration, integrationResponses } };
    });
  });
  return response;
};
