import { requireOwnName } from "../deployment-config.ts";
import { configInUse } from "../errors.ts";
import { configs, groups, ownerKey } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteDeploymentConfig.html */
export const deleteDeploymentConfig: CodeDeployOperation<"DeleteDeploymentConfig"> = async (
  ctx,
  input,
) => {
  const { deploymentConfigName: name } = input;
  requireOwnName(name);
  await ctx.store.write((tx) => {
    for (const { record } of groups.list(tx, { prefix: ownerKey(ctx) })) {
      if (record.configName === name) {
        throw configInUse(name);
      }
    }
    configs.delete(tx, [...ownerKey(ctx), name]);
  });
};
