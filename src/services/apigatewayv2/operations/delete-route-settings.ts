import { requireApi } from "../api.ts";
import { stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireStage } from "../stage.ts";

export const deleteRouteSettings: ApiOperation<"DeleteRouteSettings"> = async (ctx, input) => {
  const { ApiId, StageName, RouteKey } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = requireStage(tx, ApiId, StageName);
    const { [RouteKey]: _, ...RouteSettings } = before.settings.RouteSettings ?? {};
    const settings = { ...before.settings, RouteSettings };
    stages.put(tx, [ApiId, StageName], { ...before, settings, modifiedMs: tx.nowMs });
  });
};
