import { badRequest } from "../errors.ts";
import { patched } from "../patch.ts";
import { RESOURCE } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import {
  checkPathPart,
  checkPlace,
  pathOf,
  putResource,
  requireResource,
  resourcesOf,
  shownResource,
} from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const updateResource: ApiOperation<"UpdateResource"> = async (ctx, input) => {
  const { restApiId, resourceId, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const before = requireResource(tx, restApiId, resourceId);
    if (before.parentId === undefined) {
      throw badRequest("Root resource cannot be updated");
    }
    const after = patched(before, patchOperations, RESOURCE);
    const { parentId = "", pathPart = "" } = after;
    checkPathPart(pathPart);
    const parent = requireResource(tx, restApiId, parentId);
    const others = resourcesOf(tx, restApiId).filter(({ id }) => id !== resourceId);
    checkPlace(others, parent, pathPart);
    for (let above: string | undefined = parentId; above !== undefined; ) {
      if (above === resourceId) {
        throw badRequest("Resource cannot be moved below itself");
      }
      above = requireResource(tx, restApiId, above).parentId;
    }
    putResource(tx, restApiId, after);
    return shownResource(after, pathOf(tx, restApiId, after), undefined);
  });
};
