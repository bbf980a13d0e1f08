import { requireMethod } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { putResource, requireResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const deleteMethod: ApiOperation<"DeleteMethod"> = async (ctx, input) => {
  const { restApiId, resourceId, httpMethod } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireMethod(tx, input);
    const resource = requireResource(tx, restApiId, resourceId);
    const { [httpMethod]: _, ...methods } = resource.methods;
    putResource(tx, restApiId, { ...resource, methods });
  });
};
