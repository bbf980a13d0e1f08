import { layerPolicyNotFound } from "../errors.ts";
import { layerPolicies } from "../keys.ts";
import { existingLayerVersion, layerId, layerKey } from "../layer.ts";
import { policyText } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html */
export const getLayerVersionPolicy: LambdaOperation<"GetLayerVersionPolicy"> = async (
  ctx,
  input,
) => {
  const id = layerId(ctx, input.LayerName);
  const policy = await ctx.store.read((tx) => {
    existingLayerVersion(tx, id, input.VersionNumber);
    return layerPolicies.get(tx, [...layerKey(id), input.VersionNumber]);
  });
  if (policy === undefined) {
    throw layerPolicyNotFound();
  }
  return { Policy: policyText(policy), RevisionId: policy.revisionId };
};
