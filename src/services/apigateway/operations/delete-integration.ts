import { changeMethod, requireIntegration } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const deleteIntegration: ApiOperation<"DeleteIntegration"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, input.restApiId);
    changeMethod(tx, input, (before) => {
      requireIntegration(before);
      const { methodIntegration: _, ...method } = before;
      return method;
    });
  });
};
