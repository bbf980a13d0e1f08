import type { ApiOperation } from "../ports.ts";
import { requireApi, shownApi } from "../rest-api.ts";

export const getRestApi: ApiOperation<"GetRestApi"> = async (ctx, { restApiId }) =>
  ctx.store.read((tx) => shownApi(requireApi(tx, ctx, restApiId)));
