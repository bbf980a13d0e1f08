import { beforeEach, describe, expect, test } from "vitest";
import {
  createSchedulerFixture,
  QUEUE,
  ROLE,
  type SchedulerFixture,
} from "../../testing/scheduler-fixture.ts";
import type { Input } from "../../wire/operations.ts";

type Overrides = Partial<Input<"scheduler", "CreateSchedule">>;

let scheduler: SchedulerFixture;

beforeEach(() => {
  scheduler = createSchedulerFixture();
});

describe("CreateSchedule", () => {
  test("GetSchedule shows what was given, and the defaults", async () => {
    await scheduler.create("a", { Description: "d", KmsKeyArn: "arn:aws:kms:::key/k" });
    const { CreationDate, LastModificationDate, ...shown } = await scheduler.call("GetSchedule", {
      Name: "a",
    });
    expect(CreationDate).toEqual(LastModificationDate);
    expect(shown).toEqual({
      Arn: "arn:aws:scheduler:us-east-1:000000000000:schedule/default/a",
      Name: "a",
      GroupName: "default",
      State: "ENABLED",
      Description: "d",
      KmsKeyArn: "arn:aws:kms:::key/k",
      ScheduleExpression: "rate(5 minutes)",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "NONE",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: QUEUE,
        RoleArn: ROLE,
        Input: "{}",
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
  });

  const lambda = "arn:aws:lambda:us-east-1:000000000000:function:f";
  const target = (more: object): Overrides => ({ Target: { Arn: QUEUE, RoleArn: ROLE, ...more } });
  const invalid: readonly [overrides: Overrides, message: string][] = [
    [{ ScheduleExpression: "rate(5minutes)" }, "Invalid Schedule Expression rate(5minutes)."],
    [{ ScheduleExpression: "at(2026-02-30T00:00:00)" }, "Invalid Schedule Expression at(2026"],
    [{ ScheduleExpressionTimezone: "Mars/Olympus" }, "Invalid Schedule Expression Timezone Mars"],
    [
      { FlexibleTimeWindow: { Mode: "FLEXIBLE" } },
      "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.",
    ],
    [
      { FlexibleTimeWindow: { Mode: "OFF", MaximumWindowInMinutes: 5 } },
      "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.",
    ],
    [
      { StartDate: new Date("2025-12-31T23:54:00Z") },
      "The StartDate you specify cannot be earlier than 5 minutes ago.",
    ],
    [
      { StartDate: new Date("2026-02-01T00:00:00Z"), EndDate: new Date("2026-01-02T00:00:00Z") },
      "The StartDate you specify must come before the EndDate.",
    ],
    [{ EndDate: new Date("2025-12-31T00:00:00Z") }, "The EndDate you specify must come after"],
    [target({ Arn: "queue" }), "Provided Arn is not in correct format."],
    [
      target({ Arn: "arn:aws:rds:us-east-1:000000000000:db:x" }),
      "rds is not a supported service for a target.",
    ],
    [
      target({ Arn: "arn:aws:scheduler:us-east-1:000000000000:aws-sdk:sqs:sendMessage" }),
      "scheduler is not a supported service for a target.",
    ],
    [
      target({ Arn: QUEUE.replace("us-east-1", "eu-west-1") }),
      "The target ARN provided does not match the current region us-east-1.",
    ],
    [target({ Arn: lambda, Input: "{" }), "JSON syntax error in input for the target"],
    [
      target({ EventBridgeParameters: { DetailType: "a", Source: "b" } }),
      "Parameters EventBridgeParameters not supported for the target",
    ],
    [
      target({ Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default" }),
      "Parameters EventBridgeParameters must be specified",
    ],
    [target({ Arn: `${QUEUE}.fifo` }), "Parameters SqsParameters must be specified"],
    [
      target({ SqsParameters: { MessageGroupId: "g" } }),
      "Parameters MessageGroupId not valid for the target",
    ],
    [
      target({ Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage" }),
      "You must provide an input to set this target for your schedule",
    ],
    [
      target({ Arn: "arn:aws:scheduler:::aws-sdk:sqs:getQueueUrl", Input: "{}" }),
      "getQueueUrl API is not supported",
    ],
    [
      target({ Arn: "arn:aws:scheduler:::aws-sdk:sqs:deleteQueue", Input: "{}" }),
      "Millrace does not support the universal target sqs:deleteQueue of CreateSchedule.",
    ],
    [
      target({ Arn: "arn:aws:scheduler:::aws-sdk:ec2:startInstances", Input: "{}" }),
      "Millrace does not support the universal target ec2:startInstances of CreateSchedule.",
    ],
    [
      target({ Arn: "arn:aws:codebuild:us-east-1:000000000000:project/p" }),
      "Millrace does not support the target type codebuild:project of CreateSchedule.",
    ],
    [
      target({ EventBridgePutRawEventsParameters: {} }),
      "Millrace does not support EventBridgePutRawEventsParameters of CreateSchedule.",
    ],
    [{ GroupName: "none" }, "Schedule group none does not exist."],
  ];
  test.each(invalid)("refuses %j", async (overrides, message) => {
    await expect(scheduler.create("a", overrides)).rejects.toThrow(message);
    expect((await scheduler.call("ListSchedules", {})).Schedules).toEqual([]);
  });

  test("refuses a name that is taken", async () => {
    await scheduler.create("a");
    await expect(scheduler.create("a")).rejects.toMatchObject({
      code: "ConflictException",
      message: "Schedule a already exists.",
    });
  });

  test("one with its client token gets the answer again", async () => {
    const arn = await scheduler.create("a", { ClientToken: "t" });
    expect(await scheduler.create("a", { ClientToken: "t" })).toBe(arn);
    await expect(scheduler.create("b", { ClientToken: "t" })).rejects.toThrow(
      "The ClientToken was used before with another request.",
    );
    await scheduler.clock.advance(11 * 60_000);
    await expect(scheduler.create("a", { ClientToken: "t" })).rejects.toThrow("already exists");
  });
});

test("UpdateSchedule: what is not given goes back to its default", async () => {
  await scheduler.create("a", { Description: "d", State: "DISABLED" });
  await scheduler.call("UpdateSchedule", {
    Name: "a",
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 3 },
    Target: { Arn: QUEUE, RoleArn: ROLE },
  });
  const shown = await scheduler.call("GetSchedule", { Name: "a" });
  expect(shown.Description).toBeUndefined();
  expect(shown).toMatchObject({
    State: "ENABLED",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 3 },
  });
});

test.each(["GetSchedule", "DeleteSchedule"] as const)("%s: refuses one that is not there", (name) =>
  expect(scheduler.call(name, { Name: "x" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "Schedule x does not exist.",
    status: 404,
  }),
);

test("DeleteSchedule: with its client token succeeds again", async () => {
  await scheduler.create("a");
  await scheduler.call("DeleteSchedule", { Name: "a", ClientToken: "t" });
  await scheduler.call("DeleteSchedule", { Name: "a", ClientToken: "t" });
  await expect(scheduler.call("DeleteSchedule", { Name: "a" })).rejects.toThrow("does not exist");
});

describe("ListSchedules", () => {
  const names = async (input: Input<"scheduler", "ListSchedules">) =>
    (await scheduler.call("ListSchedules", input)).Schedules.map(
      ({ GroupName, Name }) => `${GroupName}/${Name}`,
    );

  beforeEach(async () => {
    await scheduler.call("CreateScheduleGroup", { Name: "a-b" });
    await scheduler.call("CreateScheduleGroup", { Name: "a" });
    await scheduler.create("x1", { GroupName: "a" });
    await scheduler.create("x2", { GroupName: "a", State: "DISABLED" });
    await scheduler.create("y", { GroupName: "a" });
    await scheduler.create("x1", { GroupName: "a-b" });
    await scheduler.create("x1");
  });

  test("filters by group, name and state", async () => {
    expect(await names({})).toEqual(["a-b/x1", "a/x1", "a/x2", "a/y", "default/x1"]);
    expect(await names({ GroupName: "a" })).toEqual(["a/x1", "a/x2", "a/y"]);
    expect(await names({ GroupName: "a", NamePrefix: "x" })).toEqual(["a/x1", "a/x2"]);
    expect(await names({ NamePrefix: "y" })).toEqual(["a/y"]);
    expect(await names({ State: "DISABLED" })).toEqual(["a/x2"]);
    await expect(names({ GroupName: "none" })).rejects.toThrow("Schedule group none does not");
  });

  test("gives pages that hold all, each once", async () => {
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await scheduler.call("ListSchedules", { MaxResults: 2, NextToken });
      expect(page.Schedules.length).toBeLessThanOrEqual(2);
      found.push(...page.Schedules.map(({ GroupName, Name }) => `${GroupName}/${Name}`));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual(await names({}));
  });
});

describe("groups", () => {
  const list = async (input: Input<"scheduler", "ListScheduleGroups"> = {}) =>
    scheduler.call("ListScheduleGroups", input);
  const namesOf = ({ ScheduleGroups }: Awaited<ReturnType<typeof list>>) =>
    ScheduleGroups.map(({ Name }) => Name);

  test("are listed in pages, the default group among them", async () => {
    await scheduler.call("CreateScheduleGroup", { Name: "a" });
    await scheduler.call("CreateScheduleGroup", { Name: "z" });
    expect(namesOf(await list())).toEqual(["a", "default", "z"]);
    expect(namesOf(await list({ NamePrefix: "d" }))).toEqual(["default"]);
    const first = await list({ MaxResults: 1 });
    const second = await list({ MaxResults: 1, NextToken: first.NextToken });
    const third = await list({ MaxResults: 1, NextToken: second.NextToken });
    expect([first, second, third].flatMap(namesOf)).toEqual(["a", "default", "z"]);
    expect(third.NextToken).toBeUndefined();
  });

  test("have tags", async () => {
    const { ScheduleGroupArn: ResourceArn } = await scheduler.call("CreateScheduleGroup", {
      Name: "a",
      Tags: [{ Key: "k", Value: "1" }],
    });
    await scheduler.call("TagResource", { ResourceArn, Tags: [{ Key: "l", Value: "2" }] });
    await scheduler.call("UntagResource", { ResourceArn, TagKeys: ["k"] });
    expect(await scheduler.call("ListTagsForResource", { ResourceArn })).toEqual({
      Tags: [{ Key: "l", Value: "2" }],
    });
  });

  test("take their schedules with them, however many", async () => {
    await scheduler.call("CreateScheduleGroup", { Name: "a" });
    for (let index = 0; index < 450; index += 1) {
      await scheduler.create(`s${index}`, { GroupName: "a" });
    }
    await scheduler.create("stays");
    await scheduler.clock.advance(0);
    await scheduler.taken();
    await scheduler.stopTimers();
    await scheduler.call("DeleteScheduleGroup", { Name: "a" });
    expect(await scheduler.call("GetScheduleGroup", { Name: "a" })).toMatchObject({
      State: "DELETING",
    });
    await expect(scheduler.create("late", { GroupName: "a" })).rejects.toThrow(
      "Schedule group a is being deleted.",
    );
    scheduler.startTimers();
    await scheduler.clock.advance(60_000);
    await expect(scheduler.call("GetScheduleGroup", { Name: "a" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    const { Schedules } = await scheduler.call("ListSchedules", {});
    expect(Schedules.map(({ Name }) => Name)).toEqual(["stays"]);
    await scheduler.clock.advance(10 * 60_000);
    expect((await scheduler.taken()).length).toBe(2);
  });

  test("of other names than these are refused", async () => {
    await expect(scheduler.call("DeleteScheduleGroup", { Name: "default" })).rejects.toMatchObject({
      code: "ValidationException",
    });
    await expect(scheduler.call("CreateScheduleGroup", { Name: "default" })).rejects.toMatchObject({
      code: "ConflictException",
    });
    await expect(scheduler.call("DeleteScheduleGroup", { Name: "x" })).rejects.toThrow(
      "Schedule group x does not exist.",
    );
  });
});
