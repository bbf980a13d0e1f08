import { badRequest } from "../errors.ts";
import { importDefinition } from "../import/import-definition.ts";
import { readDefinition } from "../import/read-definition.ts";
import type { ApiOperation } from "../ports.ts";
import { checkApiSettings, requireApi, shownApi } from "../rest-api.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html */
export const putRestApi: ApiOperation<"PutRestApi"> = async (ctx, input) => {
  const { restApiId, mode = "merge" } = input;
  if (mode !== "merge" && mode !== "overwrite") {
    throw badRequest(`Invalid mode specified: ${mode}`);
  }
  const definition = readDefinition("PutRestApi", input);
  checkApiSettings("PutRestApi", definition.settings);
  const api = await ctx.store.write((tx) =>
    importDefinition(tx, requireApi(tx, ctx, restApiId), definition, mode),
  );
  return shownApi(api);
};
