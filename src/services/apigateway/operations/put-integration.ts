import { completeIntegration } from "../integration.ts";
import { changeMethod, requireIntegration } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const putIntegration: ApiOperation<"PutIntegration"> = async (ctx, input) => {
  const { restApiId, resourceId, httpMethod: _, integrationHttpMethod, ...members } = input;
  const integration = completeIntegration(
    "PutIntegration",
    { ...members, httpMethod: integrationHttpMethod },
    resourceId,
  );
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    return requireIntegration(
      changeMethod(tx, input, (method) => ({ ...method, methodIntegration: integration })),
    );
  });
};
