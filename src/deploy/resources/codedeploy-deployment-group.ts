/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentgroup.html */
import { boolean, list, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  tagsOf,
} from "./resource-type.ts";

const GONE = ["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"];

const alarms = object({
  Alarms: list(object({ Name: text })),
  Enabled: boolean,
  IgnorePollAlarmFailure: boolean,
});
const rollback = object({ Enabled: boolean, Events: list(text) });
const style = object({ DeploymentOption: text, DeploymentType: text });
const trigger = object({ TriggerEvents: list(text), TriggerName: text, TriggerTargetArn: text });

interface Settings {
  readonly AlarmConfiguration?: ReturnType<typeof alarms> | undefined;
  readonly AutoRollbackConfiguration?: ReturnType<typeof rollback> | undefined;
  readonly DeploymentConfigName?: string | undefined;
  readonly DeploymentStyle?: ReturnType<typeof style> | undefined;
  readonly ServiceRoleArn: string;
  readonly TriggerConfigurations?: readonly ReturnType<typeof trigger>[] | undefined;
}

const ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce";

export const codedeployDeploymentGroup: ResourceType = resourceType({
  type: "AWS::CodeDeploy::DeploymentGroup",
  attributes: [],
  physicalName: { property: "DeploymentGroupName", lengthMax: 100 },
  properties: {
    AlarmConfiguration: changes(alarms),
    ApplicationName: replaces(text),
    AutoRollbackConfiguration: changes(rollback),
    DeploymentConfigName: changes(text),
    DeploymentGroupName: replaces(text),
    DeploymentStyle: changes(style),
    ServiceRoleArn: changes(text),
    Tags: changes(tagList),
    TriggerConfigurations: changes(list(trigger)),
  },
  required: ["ApplicationName", "ServiceRoleArn"],
  exists: (ctx, { ApplicationName: applicationName }) =>
    found(
      GONE,
      call(ctx, "codedeploy", "GetDeploymentGroup", {
        applicationName,
        deploymentGroupName: ctx.name,
      }),
    ),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await created(
      ctx,
      ["DeploymentGroupAlreadyExistsException"],
      call(ctx, "codedeploy", "CreateDeploymentGroup", {
        applicationName: properties.ApplicationName,
        deploymentGroupName: ctx.name,
        ...settingsOf(properties),
        tags: tagPairs(tagsOf(ctx, properties.Tags)),
      }),
    );
    return { physicalId: ctx.name, attributes: {} };
  },
  async update(ctx, live, properties, before) {
    const { ApplicationName: applicationName } = properties;
    await call(ctx, "codedeploy", "UpdateDeploymentGroup", {
      applicationName,
      currentDeploymentGroupName: live.physicalId,
      ...settingsOf(properties),
    });
    const { accountId, region } = ctx.caller;
    const place = `arn:aws:codedeploy:${region}:${accountId}:deploymentgroup`;
    const ResourceArn = `${place}:${applicationName}/${live.physicalId}`;
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "codedeploy", "TagResource", { ResourceArn, Tags: tagPairs(added) }),
        untag: (TagKeys) => call(ctx, "codedeploy", "UntagResource", { ResourceArn, TagKeys }),
      },
    );
    return live;
  },
  async delete(ctx, { physicalId: deploymentGroupName }, { ApplicationName: applicationName }) {
    await call(ctx, "codedeploy", "DeleteDeploymentGroup", {
      applicationName,
      deploymentGroupName,
    });
  },
});

/** What a property that the template does not have goes back to is said too. */
function settingsOf(properties: Settings) {
  const { AlarmConfiguration: alarm, AutoRollbackConfiguration: back } = properties;
  const { DeploymentStyle: given } = properties;
  return {
    serviceRoleArn: properties.ServiceRoleArn,
    deploymentConfigName: properties.DeploymentConfigName ?? ALL_AT_ONCE,
    alarmConfiguration: {
      enabled: alarm?.Enabled ?? false,
      ignorePollAlarmFailure: alarm?.IgnorePollAlarmFailure ?? false,
      alarms: (alarm?.Alarms ?? []).map(({ Name: name }) => ({ name })),
    },
    autoRollbackConfiguration: { enabled: back?.Enabled ?? false, events: back?.Events ?? [] },
    triggerConfigurations: (properties.TriggerConfigurations ?? []).map((one) => ({
      triggerName: one.TriggerName,
      triggerTargetArn: one.TriggerTargetArn,
      triggerEvents: one.TriggerEvents,
    })),
    ...(given !== undefined && {
      deploymentStyle: {
        deploymentType: given.DeploymentType,
        deploymentOption: given.DeploymentOption,
      },
    }),
  };
}
