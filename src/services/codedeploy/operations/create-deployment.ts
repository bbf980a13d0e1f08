import { notSupported } from "../../../wire/aws-error.ts";
import { readRevision } from "../app-spec.ts";
import { requireApplication } from "../application.ts";
import { requireConfig } from "../deployment-config.ts";
import { checkAlarms, requireGroup, watchedAlarms } from "../deployment-group.ts";
import { deploymentIsActive, groupNameRequired, revisionRequired } from "../errors.ts";
import { active, groupKey } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { actSoon, register } from "../progress.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html */
export const createDeployment: CodeDeployOperation<"CreateDeployment"> = async (ctx, input) => {
  const { applicationName: application, deploymentGroupName: group, revision } = input;
  if (group === undefined) {
    throw groupNameRequired();
  }
  if (revision === undefined) {
    throw revisionRequired();
  }
  if (input.targetInstances !== undefined) {
    throw notSupported("CreateDeployment", "targetInstances");
  }
  const spec = readRevision(revision);
  checkAlarms(input.overrideAlarmConfiguration);
  const { accountId, region } = ctx;
  return ctx.store.write((tx) => {
    requireApplication(tx, ctx, application);
    const settings = requireGroup(tx, ctx, { application, group });
    const config = requireConfig(tx, ctx, input.deploymentConfigName ?? settings.configName);
    const other = active.get(tx, groupKey(ctx, { application, group }));
    if (other !== undefined) {
      throw deploymentIsActive(group, other);
    }
    const alarms = input.overrideAlarmConfiguration ?? settings.alarms;
    const rollback = input.autoRollbackConfiguration ?? settings.rollback;
    const deployment = register(tx, {
      accountId,
      region,
      application,
      group,
      configName: config.name,
      traffic: config.traffic,
      description: input.description,
      revision,
      spec,
      creator: "user",
      alarms: watchedAlarms(alarms),
      ignoresAlarmFailure: alarms?.ignorePollAlarmFailure ?? false,
      rollsBackOn: rollback?.enabled === true ? (rollback.events ?? []) : [],
    });
    actSoon(tx, deployment, { kind: "check" });
    return { deploymentId: deployment.id };
  });
};
