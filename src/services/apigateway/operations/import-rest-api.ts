import { importDefinition } from "../import/import-definition.ts";
import { readDefinition } from "../import/read-definition.ts";
import type { ApiOperation } from "../ports.ts";
import { checkApiSettings, newApi, shownApi } from "../rest-api.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html */
export const importRestApi: ApiOperation<"ImportRestApi"> = async (ctx, input) => {
  const definition = readDefinition("ImportRestApi", input);
  checkApiSettings("ImportRestApi", definition.settings);
  const api = await ctx.store.write((tx) => {
    const created = newApi(tx, ctx, definition.settings);
    return importDefinition(tx, created, definition, "overwrite");
  });
  return shownApi(api);
};
