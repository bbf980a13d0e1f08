import { layerPolicies, layerVersions } from "../keys.ts";
import { layerId, layerKey } from "../layer.ts";
import { dropPackages } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * Functions that use the version keep it. One that is not there is deleted already.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html
 */
export const deleteLayerVersion: LambdaOperation<"DeleteLayerVersion"> = async (ctx, input) => {
  const key = [...layerKey(layerId(ctx, input.LayerName)), input.VersionNumber];
  await ctx.store.write((tx) => {
    const version = layerVersions.get(tx, key);
    if (version !== undefined) {
      layerVersions.delete(tx, key);
      layerPolicies.delete(tx, key);
      dropPackages(ctx.blobs, tx, [version.code]);
    }
  });
};
