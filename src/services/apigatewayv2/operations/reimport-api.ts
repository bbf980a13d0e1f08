import { putApi, requireApi, shownApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import { given } from "../given.ts";
import { readImport, replaceRoutes } from "../import.ts";
import type { ApiOperation } from "../ports.ts";

/** Replaces routes, integrations and CORS; stages stay, as do tags the definition does not name. */
export const reimportApi: ApiOperation<"ReimportApi"> = async (ctx, input) => {
  const { ApiId } = input;
  const imported = readImport("ReimportApi", input);
  const api = await ctx.store.write((tx) => {
    const { quickCreated: _, ...before } = requireApi(tx, ctx, ApiId);
    const { CorsConfiguration: __, ...kept } = before.settings;
    const Tags = { ...kept.Tags, ...imported.settings.Tags };
    const after = { ...before, settings: { ...kept, ...given(imported.settings), Tags } };
    putApi(tx, after);
    replaceRoutes(tx, ApiId, imported);
    autoDeploy(tx, ApiId);
    return after;
  });
  return shownApi(ctx, api);
};
