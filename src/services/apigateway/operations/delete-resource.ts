import { badRequest } from "../errors.ts";
import type { ApiOperation } from "../ports.ts";
import { removeResource, requireResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

/** With all that is below it. */
export const deleteResource: ApiOperation<"DeleteResource"> = async (ctx, input) => {
  const { restApiId, resourceId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    if (requireResource(tx, restApiId, resourceId).parentId === undefined) {
      throw badRequest("Root resource cannot be deleted");
    }
    removeResource(tx, restApiId, resourceId);
  });
};
