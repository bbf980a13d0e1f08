import { notSupported } from "../../../wire/aws-error.ts";
import { requireApplication } from "../application.ts";
import { requireConfig } from "../deployment-config.ts";
import { checkGroupSettings, requireGroup } from "../deployment-group.ts";
import { groupKey, groups } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UpdateDeploymentGroup.html */
export const updateDeploymentGroup: CodeDeployOperation<"UpdateDeploymentGroup"> = async (
  ctx,
  input,
) => {
  const { applicationName: application, currentDeploymentGroupName: group } = input;
  const { deploymentConfigName, newDeploymentGroupName = group } = input;
  if (newDeploymentGroupName !== group) {
    throw notSupported("UpdateDeploymentGroup", "newDeploymentGroupName");
  }
  checkGroupSettings("UpdateDeploymentGroup", input);
  return ctx.store.write((tx) => {
    requireApplication(tx, ctx, application);
    const current = requireGroup(tx, ctx, { application, group });
    if (deploymentConfigName !== undefined) {
      requireConfig(tx, ctx, deploymentConfigName);
    }
    groups.put(tx, groupKey(ctx, { application, group }), {
      ...current,
      configName: deploymentConfigName ?? current.configName,
      roleArn: input.serviceRoleArn ?? current.roleArn,
      alarms: input.alarmConfiguration ?? current.alarms,
      rollback: input.autoRollbackConfiguration ?? current.rollback,
      triggers: input.triggerConfigurations ?? current.triggers,
    });
    return { hooksNotCleanedUp: [] };
  });
};
