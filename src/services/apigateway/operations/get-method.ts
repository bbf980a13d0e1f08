import { requireMethod } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getMethod: ApiOperation<"GetMethod"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireMethod(tx, input);
  });
