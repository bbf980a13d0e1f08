import { checkRevision } from "../function.ts";
import { layerPolicies } from "../keys.ts";
import { existingLayerVersion, layerId, layerKey, layerVersionArn } from "../layer.ts";
import { layerStatement, withStatement } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
export const addLayerVersionPermission: LambdaOperation<"AddLayerVersionPermission"> = async (
  ctx,
  input,
) => {
  const id = layerId(ctx, input.LayerName);
  const key = [...layerKey(id), input.VersionNumber];
  return ctx.store.write((tx) => {
    const version = existingLayerVersion(tx, id, input.VersionNumber);
    const policy = layerPolicies.get(tx, key);
    checkRevision(policy?.revisionId ?? "", input.RevisionId);
    const statement = layerStatement(layerVersionArn(version), input);
    const changed = withStatement(policy, statement, tx.random.uuid());
    layerPolicies.put(tx, key, changed);
    return { Statement: JSON.stringify(statement), RevisionId: changed.revisionId };
  });
};
