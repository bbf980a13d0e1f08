import { layerPath } from "../code-url.ts";
import { existingLayerVersion, layerId, shownLayerVersion } from "../layer.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html */
export const getLayerVersion: LambdaOperation<"GetLayerVersion"> = async (ctx, input) => {
  const id = layerId(ctx, input.LayerName);
  const version = await ctx.store.read((tx) => existingLayerVersion(tx, id, input.VersionNumber));
  return shownLayerVersion(version, ctx.endpoint + layerPath(version));
};
