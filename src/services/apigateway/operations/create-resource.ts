import type { ApiOperation } from "../ports.ts";
import { addResource, pathOf, shownResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const createResource: ApiOperation<"CreateResource"> = async (ctx, input) => {
  const { restApiId, parentId, pathPart } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const resource = addResource(tx, restApiId, { parentId, pathPart });
    return shownResource(resource, pathOf(tx, restApiId, resource), undefined);
  });
};
