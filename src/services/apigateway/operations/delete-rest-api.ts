import { badRequest } from "../errors.ts";
import { usagePlans } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { removeApi, requireApi } from "../rest-api.ts";

export const deleteRestApi: ApiOperation<"DeleteRestApi"> = async (ctx, { restApiId }) => {
  await ctx.store.write((tx) => {
    const api = requireApi(tx, ctx, restApiId);
    for (const { record } of usagePlans.list(tx, { prefix: [ctx.accountId, ctx.region] })) {
      if (record.apiStages?.some(({ apiId }) => apiId === restApiId)) {
        throw badRequest(
          `Cannot delete REST API. Please remove all stages of the API from usage plan ${record.id} first`,
        );
      }
    }
    removeApi(tx, api);
  });
};
