import { conflict } from "../errors.ts";
import { given } from "../given.ts";
import { checkMethod, refuseCognito } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { putResource, requireResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const putMethod: ApiOperation<"PutMethod"> = async (ctx, input) => {
  const { restApiId, resourceId, httpMethod, authorizationType, ...members } = input;
  refuseCognito("PutMethod", authorizationType);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const resource = requireResource(tx, restApiId, resourceId);
    if (Object.hasOwn(resource.methods, httpMethod)) {
      throw conflict("Method already exists for this resource");
    }
    const method = { apiKeyRequired: false, ...given(members), httpMethod, authorizationType };
    checkMethod(tx, restApiId, method);
    const methods = { ...resource.methods, [httpMethod]: method };
    putResource(tx, restApiId, { ...resource, methods });
    return method;
  });
};
