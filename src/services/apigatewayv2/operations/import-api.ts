import { API_DEFAULTS, API_ID_LENGTH, newId, putApi, shownApi } from "../api.ts";
import { given } from "../given.ts";
import { readImport, replaceRoutes } from "../import.ts";
import type { ApiOperation } from "../ports.ts";

export const importApi: ApiOperation<"ImportApi"> = async (ctx, input) => {
  const imported = readImport("ImportApi", input);
  const api = await ctx.store.write((tx) => {
    const created = {
      apiId: newId(tx, API_ID_LENGTH),
      accountId: ctx.accountId,
      region: ctx.region,
      createdMs: tx.nowMs,
      settings: {
        ...API_DEFAULTS,
        ...given(imported.settings),
        Name: imported.settings.Name,
        ProtocolType: "HTTP",
      },
    };
    putApi(tx, created);
    replaceRoutes(tx, created.apiId, imported);
    return created;
  });
  return shownApi(ctx, api);
};
