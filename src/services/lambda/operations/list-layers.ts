import { pageOf } from "../../pages.ts";
import { layers, layerVersions } from "../keys.ts";
import { isCompatible, layerArn, layerKey, listedLayerVersion } from "../layer.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * Layers that have a version of the kind that is asked for, each with the newest of these.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
 */
export const listLayers: LambdaOperation<"ListLayers"> = async (ctx, input) => {
  const { region, accountId } = ctx;
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  return ctx.store.read((tx) => {
    const source = { records: layers, prefix: [region, accountId] };
    const page = pageOf(tx, source, { token: input.Marker, limit });
    const shown = page.items.flatMap(({ name }) => {
      const id = { region, accountId, name };
      const newest = [...layerVersions.list(tx, { prefix: layerKey(id), reverse: true })]
        .map(({ record }) => record)
        .find((version) => isCompatible(version, input));
      return newest === undefined
        ? []
        : [
            {
              LayerName: name,
              LayerArn: layerArn(id),
              LatestMatchingVersion: listedLayerVersion(newest),
            },
          ];
    });
    return { Layers: shown, ...(page.token !== undefined && { NextMarker: page.token }) };
  });
};
