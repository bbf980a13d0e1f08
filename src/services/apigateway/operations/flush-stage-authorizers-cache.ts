import type { Operation } from "../../service.ts";
import { requireApi } from "../rest-api.ts";
import { requireStage } from "../stage.ts";
import { decisionPrefix } from "../traffic/authorize.ts";
import type { ServePorts } from "../traffic/serve.ts";

export const flushStageAuthorizersCache: Operation<
  ServePorts,
  "apigateway",
  "FlushStageAuthorizersCache"
> = async (ctx, { restApiId, stageName }) => {
  await ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    requireStage(tx, restApiId, stageName);
  });
  const prefix = decisionPrefix(restApiId, stageName);
  for (const key of [...ctx.decisions.keys()].filter((one) => one.startsWith(prefix))) {
    ctx.decisions.delete(key);
  }
};
