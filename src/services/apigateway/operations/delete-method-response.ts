import { changeMethod, requireMethodResponse } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const deleteMethodResponse: ApiOperation<"DeleteMethodResponse"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    changeMethod(tx, input, (method) => {
      requireMethodResponse(method, input.statusCode);
      const { [input.statusCode]: _, ...methodResponses } = method.methodResponses ?? {};
      return { ...method, methodResponses };
    });
  });
};
