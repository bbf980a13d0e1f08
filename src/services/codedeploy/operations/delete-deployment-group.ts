import { groupKey, groups } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { removeGroup } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteDeploymentGroup.html */
export const deleteDeploymentGroup: CodeDeployOperation<"DeleteDeploymentGroup"> = async (
  ctx,
  input,
) => {
  const { applicationName: application, deploymentGroupName: group } = input;
  return ctx.store.write((tx) => {
    const found = groups.get(tx, groupKey(ctx, { application, group }));
    if (found !== undefined) {
      removeGroup(tx, ctx, found);
    }
    return { hooksNotCleanedUp: [] };
  });
};
