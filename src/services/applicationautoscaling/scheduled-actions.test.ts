/** Scheduled actions on the engine's clock: bounds change, and capacity follows. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type AutoScalingFixture,
  createAutoScalingFixture,
} from "../../testing/autoscaling-fixture.ts";
import type { Input } from "../../wire/operations.ts";

let fixture: AutoScalingFixture;

const WRITE = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/orders",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
} as const;
const HOUR_MS = 3_600_000;

beforeEach(async () => {
  fixture = createAutoScalingFixture();
  await fixture.table("orders");
  await fixture.call("RegisterScalableTarget", { ...WRITE, MinCapacity: 1, MaxCapacity: 10 });
});

afterEach(() => fixture.stop());

const put = (
  ScheduledActionName: string,
  more: Partial<Input<"applicationautoscaling", "PutScheduledAction">>,
) => fixture.call("PutScheduledAction", { ...WRITE, ScheduledActionName, ...more });

const bounds = async () => {
  const { ScalableTargets: [target] = [] } = await fixture.call("DescribeScalableTargets", {
    ServiceNamespace: "dynamodb",
  });
  return [target?.MinCapacity, target?.MaxCapacity];
};

test("action: raises and lowers the capacity at its times", async () => {
  await put("morning", {
    Schedule: "cron(0 8 * * ? *)",
    ScalableTargetAction: { MinCapacity: 20, MaxCapacity: 100 },
  });
  await put("evening", {
    Schedule: "cron(0 20 * * ? *)",
    ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 8 },
  });
  await fixture.advance(7 * HOUR_MS);
  expect(await fixture.capacity("orders")).toEqual([5, 5]);
  await fixture.advance(HOUR_MS);
  expect(await bounds()).toEqual([20, 100]);
  expect(await fixture.capacity("orders")).toEqual([5, 20]);
  await fixture.advance(12 * HOUR_MS);
  expect(await bounds()).toEqual([1, 8]);
  expect(await fixture.capacity("orders")).toEqual([5, 8]);
  const { ScalingActivities } = await fixture.call("DescribeScalingActivities", {
    ServiceNamespace: "dynamodb",
  });
  expect(ScalingActivities).toMatchObject([
    {
      ...WRITE,
      Description: "Setting write capacity units to 8.",
      Cause: "scheduled action name evening was triggered",
      StatusCode: "Successful",
      StatusMessage:
        "Successfully set write capacity units to 8. Change successfully fulfilled by dynamodb.",
    },
    { Description: "Setting write capacity units to 20.", StatusCode: "Successful" },
  ]);
});

test("action: at a time acts once, in its time zone", async () => {
  await put("once", {
    Schedule: "at(2026-01-01T02:00:00)",
    Timezone: "Europe/Berlin",
    ScalableTargetAction: { MinCapacity: 7 },
  });
  await fixture.advance(HOUR_MS - 1);
  expect(await bounds()).toEqual([1, 10]);
  await fixture.advance(1);
  expect(await bounds()).toEqual([7, 10]);
  expect(await fixture.capacity("orders")).toEqual([5, 7]);
  await fixture.call("RegisterScalableTarget", { ...WRITE, MinCapacity: 2, MaxCapacity: 10 });
  await fixture.advance(48 * HOUR_MS);
  expect(await bounds()).toEqual([2, 10]);
});

test("action: a rate holds between its start and its end", async () => {
  const startMs = fixture.clock.nowMs() + 10 * HOUR_MS;
  await put("rate", {
    Schedule: "rate(2 hours)",
    StartTime: new Date(startMs),
    EndTime: new Date(startMs + 3 * HOUR_MS),
    ScalableTargetAction: { MinCapacity: 6 },
  });
  const reset = () =>
    fixture.call("RegisterScalableTarget", { ...WRITE, MinCapacity: 1, MaxCapacity: 10 });
  const seen: number[] = [];
  for (let hour = 1; hour <= 16; hour += 1) {
    await fixture.advance(HOUR_MS);
    if ((await bounds())[0] === 6) {
      seen.push(hour);
      await reset();
    }
  }
  expect(seen).toEqual([10, 12]);
});

test("action: does nothing while scheduled scaling is suspended", async () => {
  await fixture.call("RegisterScalableTarget", {
    ...WRITE,
    SuspendedState: { ScheduledScalingSuspended: true },
  });
  await put("hourly", { Schedule: "rate(1 hour)", ScalableTargetAction: { MinCapacity: 9 } });
  await fixture.advance(HOUR_MS);
  expect(await bounds()).toEqual([1, 10]);
  await fixture.call("RegisterScalableTarget", {
    ...WRITE,
    SuspendedState: { ScheduledScalingSuspended: false },
  });
  await fixture.advance(HOUR_MS);
  expect(await fixture.capacity("orders")).toEqual([5, 9]);
});

test("action: that fails is an activity that says why", async () => {
  await put("hourly", { Schedule: "rate(1 hour)", ScalableTargetAction: { MinCapacity: 9 } });
  await fixture.dynamoDb("DeleteTable", { TableName: "orders" });
  await fixture.advance(HOUR_MS);
  const { ScalingActivities } = await fixture.call("DescribeScalingActivities", {
    ServiceNamespace: "dynamodb",
    ResourceId: "table/orders",
  });
  expect(ScalingActivities).toMatchObject([
    {
      StatusCode: "Failed",
      StatusMessage: "Requested resource not found: Table: orders not found",
    },
  ]);
});

test("action: is changed in part, described and deleted", async () => {
  await put("hourly", { Schedule: "rate(1 hour)", ScalableTargetAction: { MinCapacity: 9 } });
  await put("hourly", { Schedule: "rate(3 hours)" });
  const described = await fixture.call("DescribeScheduledActions", {
    ServiceNamespace: "dynamodb",
    ScheduledActionNames: ["hourly"],
  });
  expect(described.ScheduledActions).toMatchObject([
    {
      ...WRITE,
      ScheduledActionName: "hourly",
      ScheduledActionARN: expect.stringMatching(
        /^arn:aws:autoscaling:us-east-1:000000000000:scheduledAction:[0-9a-f-]{36}:resource\/dynamodb\/table\/orders:scheduledActionName\/hourly$/,
      ),
      Schedule: "rate(3 hours)",
      ScalableTargetAction: { MinCapacity: 9 },
    },
  ]);
  await fixture.advance(2 * HOUR_MS);
  expect(await bounds()).toEqual([1, 10]);
  const id = { ...WRITE, ScheduledActionName: "hourly" };
  await fixture.call("DeleteScheduledAction", id);
  await fixture.advance(4 * HOUR_MS);
  expect(await bounds()).toEqual([1, 10]);
  await expect(fixture.call("DeleteScheduledAction", id)).rejects.toMatchObject({
    code: "ObjectNotFoundException",
  });
});

test.each([
  [{ ScalableTargetAction: { MinCapacity: 9 } }],
  [{ Schedule: "rate(1 hours)", ScalableTargetAction: { MinCapacity: 9 } }],
  [{ Schedule: "rate(1 hour)" }],
  [{ Schedule: "rate(1 hour)", ScalableTargetAction: { MinCapacity: 9, MaxCapacity: 2 } }],
  [{ Schedule: "rate(1 hour)", Timezone: "Mars", ScalableTargetAction: { MinCapacity: 9 } }],
])("action: refuses %j", async (more) => {
  await expect(put("bad", more)).rejects.toMatchObject({ code: "ValidationException" });
});
