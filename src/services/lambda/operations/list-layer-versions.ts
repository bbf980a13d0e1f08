import { layerVersions } from "../keys.ts";
import { isCompatible, layerId, layerKey, listedLayerVersion } from "../layer.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * The newest first. The marker is the number a page ends with.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
 */
export const listLayerVersions: LambdaOperation<"ListLayerVersions"> = async (ctx, input) => {
  const prefix = layerKey(layerId(ctx, input.LayerName));
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const marker = Number(input.Marker ?? Number.NaN);
  const found = await ctx.store.read((tx) => {
    const until = Number.isInteger(marker) ? { until: [...prefix, marker] } : {};
    const listed = [...layerVersions.list(tx, { prefix, reverse: true, ...until })];
    return listed.map(({ record }) => record).filter((version) => isCompatible(version, input));
  });
  const page = found.slice(0, limit);
  return {
    LayerVersions: page.map(listedLayerVersion),
    ...(found.length > limit && { NextMarker: String(page.at(-1)?.number) }),
  };
};
