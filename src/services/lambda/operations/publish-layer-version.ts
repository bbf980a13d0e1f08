import { layerPath } from "../code-url.ts";
import { layers, layerVersions } from "../keys.ts";
import {
  checkUnzippedSize,
  type LayerVersion,
  layerId,
  layerKey,
  shownLayerVersion,
} from "../layer.ts";
import { withPackage } from "../package.ts";
import { holdPackages } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html */
export const publishLayerVersion: LambdaOperation<"PublishLayerVersion"> = async (ctx, input) => {
  const { name } = layerId(ctx, input.LayerName);
  const id = { region: ctx.region, accountId: ctx.accountId, name };
  const version = await withPackage(
    ctx,
    "PublishLayerVersion",
    input.Content,
    (tx, stored): LayerVersion => {
      const layer = layers.get(tx, layerKey(id));
      const number = (layer?.lastVersion ?? 0) + 1;
      const published: LayerVersion = {
        ...id,
        number,
        description: input.Description ?? "",
        createdMs: tx.nowMs,
        code: stored,
        runtimes: input.CompatibleRuntimes,
        architectures: input.CompatibleArchitectures,
        license: input.LicenseInfo,
      };
      checkUnzippedSize(stored, []);
      holdPackages(ctx.blobs, tx, [stored]);
      layers.put(tx, layerKey(id), { lastVersion: number, tags: layer?.tags ?? {} });
      layerVersions.put(tx, [...layerKey(id), number], published);
      return published;
    },
  );
  return shownLayerVersion(version, ctx.endpoint + layerPath(version));
};
