/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-scheduler-schedule.html */
import { number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

const target = object(
  {
    Arn: text,
    DeadLetterConfig: object({ Arn: text }),
    EventBridgeParameters: object({ DetailType: text, Source: text }, ["DetailType", "Source"]),
    Input: text,
    KinesisParameters: object({ PartitionKey: text }, ["PartitionKey"]),
    RetryPolicy: object({ MaximumEventAgeInSeconds: number, MaximumRetryAttempts: number }),
    RoleArn: text,
    SqsParameters: object({ MessageGroupId: text }),
  },
  ["Arn", "RoleArn"],
);

/** The group is a part of the schedule's name, so another group is another schedule. */
export const schedulerSchedule: ResourceType = resourceType({
  type: "AWS::Scheduler::Schedule",
  attributes: ["Arn"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: {
    Description: changes(text),
    EndDate: changes(text),
    FlexibleTimeWindow: changes(object({ MaximumWindowInMinutes: number, Mode: text }, ["Mode"])),
    GroupName: replaces(text),
    KmsKeyArn: changes(text),
    Name: replaces(text),
    ScheduleExpression: changes(text),
    ScheduleExpressionTimezone: changes(text),
    StartDate: changes(text),
    State: changes(text),
    Target: changes(target),
  },
  required: ["FlexibleTimeWindow", "ScheduleExpression", "Target"],
  exists: (ctx, { GroupName }) =>
    found(GONE, call(ctx, "scheduler", "GetSchedule", { Name: ctx.name, GroupName })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const request = requestOf(ctx, properties);
    await created(ctx, ["ConflictException"], call(ctx, "scheduler", "CreateSchedule", request));
    return live(ctx, properties.GroupName);
  },
  async update(ctx, _, properties) {
    await call(ctx, "scheduler", "UpdateSchedule", requestOf(ctx, properties));
    return live(ctx, properties.GroupName);
  },
  async delete(ctx, { physicalId: Name }, { GroupName }) {
    await unless(GONE, call(ctx, "scheduler", "DeleteSchedule", { Name, GroupName }));
  },
});

function requestOf<
  P extends { readonly StartDate?: string | undefined; readonly EndDate?: string | undefined },
>(ctx: ResourceContext, properties: P) {
  return {
    ...properties,
    Name: ctx.name,
    StartDate: dateOf(properties.StartDate),
    EndDate: dateOf(properties.EndDate),
  };
}

function dateOf(given: string | undefined): Date | undefined {
  return given === undefined ? undefined : new Date(given);
}

async function live(ctx: ResourceContext, GroupName: string | undefined): Promise<LiveResource> {
  const { Arn } = await call(ctx, "scheduler", "GetSchedule", { Name: ctx.name, GroupName });
  return { physicalId: ctx.name, attributes: { Arn: Arn ?? "" } };
}
