import { requireMethod, requireMethodResponse } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getMethodResponse: ApiOperation<"GetMethodResponse"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireMethodResponse(requireMethod(tx, input), input.statusCode);
  });
