import { statementNotFound } from "../errors.ts";
import { checkRevision } from "../function.ts";
import { layerPolicies } from "../keys.ts";
import { existingLayerVersion, layerId, layerKey } from "../layer.ts";
import { withoutStatement } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html */
export const removeLayerVersionPermission: LambdaOperation<"RemoveLayerVersionPermission"> = async (
  ctx,
  input,
) => {
  const id = layerId(ctx, input.LayerName);
  const key = [...layerKey(id), input.VersionNumber];
  await ctx.store.write((tx) => {
    existingLayerVersion(tx, id, input.VersionNumber);
    const policy = layerPolicies.get(tx, key);
    if (policy === undefined) {
      throw statementNotFound(input.StatementId);
    }
    checkRevision(policy.revisionId, input.RevisionId);
    const changed = withoutStatement(policy, input.StatementId, tx.random.uuid());
    if (changed.statements.length === 0) {
      layerPolicies.delete(tx, key);
    } else {
      layerPolicies.put(tx, key, changed);
    }
  });
};
