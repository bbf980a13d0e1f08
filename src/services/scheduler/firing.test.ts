import { beforeEach, describe, expect, test } from "vitest";
import {
  createSchedulerFixture,
  QUEUE,
  ROLE,
  type SchedulerFixture,
} from "../../testing/scheduler-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TIME = "<aws.scheduler.scheduled-time>";
/** A queue target that is told when it was due. */
const TARGET = { Arn: QUEUE, RoleArn: ROLE, Input: TIME };

let scheduler: SchedulerFixture;

beforeEach(() => {
  scheduler = createSchedulerFixture();
});

async function payloads(): Promise<readonly string[]> {
  return (await scheduler.taken()).map(({ envelope }) => envelope.payload);
}

/** Moves on in steps that no two due times fit into. */
async function pass(durationMs: number, stepMs = MINUTE_MS): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
    await scheduler.clock.advance(stepMs);
  }
}

describe("due times", () => {
  test("a rate fires at once and then every period", async () => {
    await scheduler.create("a", { ScheduleExpression: "rate(5 minutes)", Target: TARGET });
    await pass(11 * MINUTE_MS);
    expect(await payloads()).toEqual([
      "2026-01-01T00:00:00Z",
      "2026-01-01T00:05:00Z",
      "2026-01-01T00:10:00Z",
    ]);
  });

  test("a rate begins at its start date and ends with its end date", async () => {
    await scheduler.create("a", {
      ScheduleExpression: "rate(10 minutes)",
      StartDate: new Date("2026-01-01T00:03:00Z"),
      EndDate: new Date("2026-01-01T00:23:00Z"),
      Target: TARGET,
    });
    await pass(HOUR_MS);
    expect(await payloads()).toEqual([
      "2026-01-01T00:03:00Z",
      "2026-01-01T00:13:00Z",
      "2026-01-01T00:23:00Z",
    ]);
  });

  test("cron follows the clock of its time zone over its changes", async () => {
    await scheduler.clock.advance(Date.UTC(2026, 2, 28) - scheduler.clock.nowMs());
    await scheduler.create("a", {
      ScheduleExpression: "cron(30 2 * * ? *)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      Target: TARGET,
    });
    await pass(72 * HOUR_MS, HOUR_MS / 2);
    // On 29 March 2026 the half hour past two does not exist in Berlin.
    expect(await payloads()).toEqual(["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"]);
  });

  test("a one-time schedule fires once, in its time zone", async () => {
    await scheduler.create("a", {
      ScheduleExpression: "at(2026-01-01T02:00:30)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      Target: TARGET,
    });
    await scheduler.clock.advance(HOUR_MS + 29_000);
    expect(await payloads()).toEqual([]);
    await scheduler.clock.advance(1_000);
    expect(await payloads()).toEqual(["2026-01-01T01:00:30Z"]);
    await pass(48 * HOUR_MS, HOUR_MS);
    expect(await payloads()).toEqual([]);
  });

  test("a one-time schedule for a time that has passed fires at once", async () => {
    await scheduler.create("a", { ScheduleExpression: "at(2025-01-01T00:00:00)", Target: TARGET });
    await scheduler.clock.advance(0);
    expect(await payloads()).toEqual(["2025-01-01T00:00:00Z"]);
  });

  test("a flexible window delays by a chance that stays within it, the due time stays", async () => {
    for (let index = 0; index < 20; index += 1) {
      await scheduler.create(`s${index}`, {
        ScheduleExpression: "at(2026-01-01T01:00:00)",
        FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 10 },
        Target: TARGET,
      });
    }
    await scheduler.clock.advance(HOUR_MS - 1);
    expect(await payloads()).toEqual([]);
    await scheduler.clock.advance(5 * MINUTE_MS);
    const early = (await payloads()).length;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(20);
    await scheduler.clock.advance(5 * MINUTE_MS);
    expect(await payloads()).toEqual(
      Array.from({ length: 20 - early }, () => "2026-01-01T01:00:00Z"),
    );
  });

  test("windows longer than the period lose nothing", async () => {
    await scheduler.create("a", {
      ScheduleExpression: "rate(1 minutes)".replace("minutes", "minute"),
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 },
      EndDate: new Date("2026-01-01T00:10:00Z"),
      Target: TARGET,
    });
    await pass(20 * MINUTE_MS, 1_000);
    expect(new Set(await payloads()).size).toBe(11);
  });

  test("a disabled schedule rests, and goes on in its own rhythm", async () => {
    const name = { Name: "a", FlexibleTimeWindow: { Mode: "OFF" }, Target: TARGET };
    const ScheduleExpression = "rate(10 minutes)";
    await scheduler.create("a", { ScheduleExpression, Target: TARGET });
    await scheduler.clock.advance(MINUTE_MS);
    await scheduler.call("UpdateSchedule", { ...name, ScheduleExpression, State: "DISABLED" });
    await pass(HOUR_MS);
    expect(await payloads()).toEqual(["2026-01-01T00:00:00Z"]);
    await scheduler.call("UpdateSchedule", { ...name, ScheduleExpression });
    await pass(10 * MINUTE_MS);
    expect(await payloads()).toEqual(["2026-01-01T01:10:00Z"]);
  });

  test("a deleted schedule does not fire", async () => {
    await scheduler.create("a", { ScheduleExpression: "rate(10 minutes)" });
    await scheduler.clock.advance(0);
    await scheduler.call("DeleteSchedule", { Name: "a" });
    await scheduler.taken();
    await pass(HOUR_MS);
    expect(await scheduler.taken()).toEqual([]);
  });
});

describe("while the engine was down", () => {
  test("what was missed is made up for once, with the latest time", async () => {
    await scheduler.create("a", { ScheduleExpression: "rate(10 minutes)", Target: TARGET });
    await scheduler.clock.advance(0);
    await scheduler.stopTimers();
    await scheduler.taken();
    await scheduler.clock.advance(55 * MINUTE_MS);
    scheduler.startTimers();
    await scheduler.clock.advance(0);
    expect(await payloads()).toEqual(["2026-01-01T00:50:00Z"]);
    await scheduler.clock.advance(5 * MINUTE_MS);
    expect(await payloads()).toEqual(["2026-01-01T01:00:00Z"]);
  });

  test("the latest time lies before the end date", async () => {
    await scheduler.create("a", {
      ScheduleExpression: "rate(10 minutes)",
      EndDate: new Date("2026-01-01T00:20:00Z"),
      Target: TARGET,
    });
    await scheduler.clock.advance(0);
    await scheduler.stopTimers();
    await scheduler.taken();
    await scheduler.clock.advance(24 * HOUR_MS);
    scheduler.startTimers();
    await scheduler.clock.advance(0);
    expect(await payloads()).toEqual(["2026-01-01T00:20:00Z"]);
  });
});

describe("ActionAfterCompletion", () => {
  test.each([
    ["at(2026-01-01T00:01:00)", undefined],
    ["rate(1 minute)", new Date("2026-01-01T00:01:00Z")],
  ])("DELETE removes %s after its last invocation", async (ScheduleExpression, EndDate) => {
    await scheduler.create("a", { ScheduleExpression, EndDate, ActionAfterCompletion: "DELETE" });
    await scheduler.clock.advance(MINUTE_MS - 1);
    expect((await scheduler.call("GetSchedule", { Name: "a" })).ActionAfterCompletion).toBe(
      "DELETE",
    );
    await scheduler.clock.advance(1);
    await expect(scheduler.call("GetSchedule", { Name: "a" })).rejects.toThrow(
      "Schedule a does not exist.",
    );
  });

  test("NONE keeps it", async () => {
    await scheduler.create("a", { ScheduleExpression: "at(2026-01-01T00:01:00)" });
    await scheduler.clock.advance(MINUTE_MS);
    expect(await scheduler.call("GetSchedule", { Name: "a" })).toMatchObject({
      State: "ENABLED",
      ActionAfterCompletion: "NONE",
    });
  });
});
