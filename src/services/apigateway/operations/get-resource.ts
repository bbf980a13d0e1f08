import type { ApiOperation } from "../ports.ts";
import { pathOf, requireResource, shownResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const getResource: ApiOperation<"GetResource"> = async (ctx, input) => {
  const { restApiId, resourceId, embed } = input;
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    const resource = requireResource(tx, restApiId, resourceId);
    return shownResource(resource, pathOf(tx, restApiId, resource), embed);
  });
};
