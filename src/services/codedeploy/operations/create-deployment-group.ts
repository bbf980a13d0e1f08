import { requireApplication } from "../application.ts";
import { ALL_AT_ONCE, requireConfig } from "../deployment-config.ts";
import { checkGroupSettings } from "../deployment-group.ts";
import { groupAlreadyExists } from "../errors.ts";
import { groupKey, groups } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html */
export const createDeploymentGroup: CodeDeployOperation<"CreateDeploymentGroup"> = async (
  ctx,
  input,
) => {
  const { applicationName: application, deploymentGroupName: name } = input;
  const { deploymentConfigName: configName = ALL_AT_ONCE } = input;
  checkGroupSettings("CreateDeploymentGroup", input);
  return ctx.store.write((tx) => {
    requireApplication(tx, ctx, application);
    requireConfig(tx, ctx, configName);
    const key = groupKey(ctx, { application, group: name });
    if (groups.get(tx, key) !== undefined) {
      throw groupAlreadyExists(application, name);
    }
    const id = tx.random.uuid();
    groups.put(tx, key, {
      application,
      name,
      id,
      configName,
      roleArn: input.serviceRoleArn,
      alarms: input.alarmConfiguration,
      rollback: input.autoRollbackConfiguration,
      triggers: input.triggerConfigurations ?? [],
      lastSuccessful: undefined,
      lastAttempted: undefined,
      tags: withTags({}, input.tags),
    });
    return { deploymentGroupId: id };
  });
};
