import { describe, expect, test } from "vitest";
import {
  createSecretsManagerFixture,
  ROTATION_LAMBDA,
} from "../../testing/secretsmanager-fixture.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TOKEN = "1".repeat(32);
const SecretId = "a";

async function fixture() {
  const made = createSecretsManagerFixture();
  const { call } = made;
  made.script(made.rotateProperly);
  await call("CreateSecret", { Name: "a", SecretString: "first" });
  const value = async (VersionStage?: string) =>
    (await call("GetSecretValue", { SecretId, VersionStage })).SecretString;
  const steps = () => made.events.map(({ Step }) => Step);
  const describe = () => call("DescribeSecret", { SecretId });
  const next = async () => (await describe()).NextRotationDate?.toISOString();
  /** What rotations are configured with unless a test says otherwise. */
  const rotate = (more: object = {}) =>
    call("RotateSecret", { SecretId, RotationLambdaARN: ROTATION_LAMBDA, ...more });
  /** Lets jobs run that are due now. */
  const settle = () => made.clock.advance(0);
  return { ...made, value, steps, describe, next, rotate, settle };
}

const ALL_STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"];

describe("rotate secret", () => {
  test("calls the function for each step, and the new version becomes the current one", async () => {
    const { rotate, settle, steps, value, events, describe, clock } = await fixture();
    const { VersionId, ARN: arn } = await rotate({ ClientRequestToken: TOKEN });
    expect(VersionId).toBe(TOKEN);
    expect((await describe()).VersionIdsToStages?.[TOKEN]).toEqual(["AWSPENDING"]);
    await settle();
    expect(steps()).toEqual(ALL_STEPS);
    expect(events[0]).toEqual({
      Step: "createSecret",
      SecretId: arn,
      ClientRequestToken: TOKEN,
      RotationToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect([await value(), await value("AWSPREVIOUS")]).toEqual(["rotated-1", "first"]);
    expect(await describe()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: ROTATION_LAMBDA,
      LastRotatedDate: new Date(clock.nowMs()),
      VersionIdsToStages: { [TOKEN]: ["AWSCURRENT", "AWSPENDING"] },
    });
  });

  test("until it has a value the new version is not there for readers", async () => {
    const { rotate, settle, script, value } = await fixture();
    script(() => new Promise(() => undefined));
    await rotate();
    await settle();
    await expect(value("AWSPENDING")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message:
        "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
    expect(await value()).toBe("first");
  });

  test("a second one is refused while one is under way, but the same request is not", async () => {
    const { rotate, settle, script, steps } = await fixture();
    script(() => new Promise(() => undefined));
    await rotate({ ClientRequestToken: TOKEN });
    await settle();
    expect((await rotate({ ClientRequestToken: TOKEN })).VersionId).toBe(TOKEN);
    await expect(rotate()).rejects.toMatchObject({
      code: "InvalidRequestException",
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
    await settle();
    expect(steps()).toEqual(["createSecret"]);
  });

  test("a step that fails is tried again from the first on, later each time", async () => {
    const { rotate, settle, script, rotateProperly, steps, clock, value, log } = await fixture();
    let failures = 2;
    script(async (event) => {
      if (event.Step === "setSecret" && failures > 0) {
        failures -= 1;
        throw new Error("no such user");
      }
      await rotateProperly({ ...event, Step: failures > 0 ? "none" : event.Step });
    });
    await rotate();
    await settle();
    expect(steps()).toEqual(["createSecret", "setSecret"]);
    await clock.advance(60_000 - 1);
    expect(steps()).toHaveLength(2);
    await clock.advance(1);
    expect(steps()).toHaveLength(4);
    await clock.advance(120_000);
    expect(steps().slice(4)).toEqual(ALL_STEPS);
    expect(await value()).toBe("rotated-1");
    expect(log.records.map(({ message }) => message)[0]).toMatch(
      /^The step setSecret of the rotation of arn:.* failed: .*no such user/,
    );
  });

  test("after five attempts it waits; asked again, it goes on with the same version", async () => {
    const { rotate, script, rotateProperly, steps, clock, value, describe } = await fixture();
    script(async () => {
      throw new Error("broken");
    });
    await rotate({ ClientRequestToken: TOKEN });
    await clock.advance(DAY_MS);
    expect(steps()).toHaveLength(5);
    expect((await describe()).VersionIdsToStages?.[TOKEN]).toEqual(["AWSPENDING"]);
    script(rotateProperly);
    await expect(rotate()).rejects.toMatchObject({ code: "InvalidRequestException" });
    await clock.advance(0);
    expect(steps().slice(5)).toEqual(ALL_STEPS);
    expect(await value()).toBe("rotated-1");
    expect((await describe()).VersionIdsToStages?.[TOKEN]).toContain("AWSCURRENT");
  });

  test("a function that does not move AWSCURRENT has failed", async () => {
    const { rotate, settle, script, steps, describe, log } = await fixture();
    script(async () => null);
    await rotate();
    await settle();
    expect(steps()).toEqual(ALL_STEPS);
    expect((await describe()).LastRotatedDate).toBeUndefined();
    expect(log.records[0]?.message).toMatch(/it left AWSCURRENT where it was$/);
  });

  test("not immediately: the function is tested with a version that goes again", async () => {
    const { rotate, script, settle, steps, value, describe, call } = await fixture();
    let seen: string | undefined;
    script(async (event) => {
      const { SecretString } = await call("GetSecretValue", {
        SecretId,
        VersionId: event.ClientRequestToken,
        VersionStage: "AWSPENDING",
      });
      seen = SecretString;
    });
    const RotationRules = { ScheduleExpression: "rate(10 days)" };
    await rotate({ RotateImmediately: false, RotationRules });
    await settle();
    expect(steps()).toEqual(["testSecret"]);
    expect([seen, await value()]).toEqual(["first", "first"]);
    const { VersionIdsToStages = {}, RotationEnabled } = await describe();
    expect([Object.values(VersionIdsToStages), RotationEnabled]).toEqual([[["AWSCURRENT"]], true]);
    const { Versions } = await call("ListSecretVersionIds", { SecretId, IncludeDeprecated: true });
    expect(Versions).toHaveLength(1);
  });

  test("cancel: nothing of a rotation under way follows, and none is due any more", async () => {
    const { rotate, script, settle, steps, describe, call, clock } = await fixture();
    let finish: (value: unknown) => void = () => undefined;
    script(() => new Promise((resolve) => (finish = resolve)));
    await rotate({ RotationRules: { AutomaticallyAfterDays: 1 }, ClientRequestToken: TOKEN });
    await settle();
    const cancelled = await call("CancelRotateSecret", { SecretId });
    expect(cancelled.VersionId).toBe(TOKEN);
    finish(null);
    await clock.advance(10 * DAY_MS);
    expect(steps()).toEqual(["createSecret"]);
    const { RotationEnabled, RotationRules, NextRotationDate } = await describe();
    expect({ RotationEnabled, RotationRules, NextRotationDate }).toEqual({
      RotationEnabled: false,
      RotationRules: { AutomaticallyAfterDays: 1 },
      NextRotationDate: undefined,
    });
  });

  test("cancel: the version of a test goes with it", async () => {
    const { rotate, script, settle, describe, call } = await fixture();
    script(() => new Promise(() => undefined));
    await rotate({ RotateImmediately: false });
    await settle();
    expect((await call("CancelRotateSecret", { SecretId })).VersionId).toBeUndefined();
    const labels = Object.values((await describe()).VersionIdsToStages ?? {});
    expect(labels).toEqual([["AWSCURRENT"]]);
  });

  test("a secret deleted and restored on the way goes on when it is asked to", async () => {
    const { rotate, script, settle, call, rotateProperly, value } = await fixture();
    script(() => new Promise(() => undefined));
    await rotate();
    await settle();
    await call("DeleteSecret", { SecretId });
    await call("RestoreSecret", { SecretId });
    script(rotateProperly);
    await expect(rotate()).rejects.toMatchObject({ code: "InvalidRequestException" });
    await settle();
    expect(await value()).toBe("rotated-1");
  });

  test("a step that was under way at a stop runs again after the start", async () => {
    const { rotate, script, settle, steps, rotateProperly, value, ...more } = await fixture();
    script(() => new Promise(() => undefined));
    await rotate();
    await settle();
    await more.stopWorkers();
    script(rotateProperly);
    more.startWorkers();
    await settle();
    expect(steps()).toEqual(["createSecret", ...ALL_STEPS]);
    expect(await value()).toBe("rotated-1");
  });

  test.each([
    [{ RotationLambdaARN: undefined }, "InvalidRequestException", /^No Lambda rotation function/],
    [
      { RotationLambdaARN: `${ROTATION_LAMBDA}-not` },
      "AccessDeniedException",
      /^Secrets Manager cannot invoke the specified Lambda function/,
    ],
    [
      { RotationRules: { AutomaticallyAfterDays: 1, ScheduleExpression: "rate(1 day)" } },
      "InvalidParameterException",
      /^You cannot specify both rotation frequency and schedule expression together\.$/,
    ],
    [
      { ExternalSecretRotationRoleArn: "arn:aws:iam::000000000000:role/r" },
      "NotImplemented",
      /Ext/,
    ],
  ])("refuses %j", async (input, code, message) => {
    const { rotate } = await fixture();
    await expect(rotate(input)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("the token of a rotation is asked for its function's word", async () => {
    const { call } = await fixture();
    await expect(
      call("PutSecretValue", { SecretId, SecretString: "x", RotationToken: TOKEN }),
    ).rejects.toMatchObject({ code: "InvalidParameterException" });
  });
});

describe("schedules", () => {
  test("a rate: at midnight, day after day, also after a stop", async () => {
    const { rotate, clock, next, value, settle, ...more } = await fixture();
    await clock.advance(10 * HOUR_MS);
    await rotate({ RotationRules: { ScheduleExpression: "rate(2 days)" } });
    await settle();
    expect(await next()).toBe("2026-01-03T23:59:59.000Z");
    await clock.advance(38 * HOUR_MS - 1);
    expect(await value()).toBe("rotated-1");
    await clock.advance(1);
    expect(await value()).toBe("rotated-2");
    expect(await next()).toBe("2026-01-05T23:59:59.000Z");
    await more.stopWorkers();
    await clock.advance(9 * DAY_MS);
    more.startWorkers();
    await settle();
    expect(await value()).toBe("rotated-3");
    expect(await next()).toBe("2026-01-14T23:59:59.000Z");
  });

  test("cron with a duration: the window closes with it", async () => {
    const { rotate, clock, next, settle, value, describe } = await fixture();
    const RotationRules = { ScheduleExpression: "cron(0 16 1,15 * ? *)", Duration: "2h" };
    await rotate({ RotationRules });
    await settle();
    expect(await next()).toBe("2026-01-01T17:59:59.000Z");
    await clock.advance(16 * HOUR_MS);
    expect(await value()).toBe("rotated-2");
    expect(await next()).toBe("2026-01-15T17:59:59.000Z");
    expect((await describe()).RotationRules).toEqual({
      ...RotationRules,
      AutomaticallyAfterDays: 17,
    });
  });

  test("every so many days: a value put by hand counts as a rotation", async () => {
    const { rotate, clock, next, settle, call } = await fixture();
    await rotate({ RotationRules: { AutomaticallyAfterDays: 5 } });
    await settle();
    expect(await next()).toBe("2026-01-06T23:59:59.000Z");
    await clock.advance(2 * DAY_MS);
    await call("PutSecretValue", { SecretId, SecretString: "by hand" });
    expect(await next()).toBe("2026-01-08T23:59:59.000Z");
    await call("PutSecretValue", { SecretId, SecretString: "x", VersionStages: ["other"] });
    expect(await next()).toBe("2026-01-08T23:59:59.000Z");
  });

  test("a secret that is deleted is not rotated until it is restored", async () => {
    const { rotate, clock, settle, call, steps, next } = await fixture();
    await rotate({ RotationRules: { AutomaticallyAfterDays: 1 } });
    await settle();
    await call("DeleteSecret", { SecretId });
    await clock.advance(5 * DAY_MS);
    expect(steps()).toHaveLength(4);
    await call("RestoreSecret", { SecretId });
    expect(await next()).toBe("2026-01-07T23:59:59.000Z");
    await clock.advance(DAY_MS);
    expect(steps()).toHaveLength(8);
  });

  test.each([
    { ScheduleExpression: "rate(3 hours)" },
    { ScheduleExpression: "rate(30 minutes)" },
    { ScheduleExpression: "rate(1000 days)" },
    { ScheduleExpression: "cron(5 16 * * ? *)" },
    { ScheduleExpression: "cron(0 16 * * ? 2027)" },
    { ScheduleExpression: "cron(0 0/2 * * ? *)" },
    { ScheduleExpression: "daily" },
    { ScheduleExpression: "cron(0 20 * * ? *)", Duration: "5h" },
    { ScheduleExpression: "rate(4 hours)", Duration: "5h" },
    { Duration: "2h" },
  ])("refuses %j", async (RotationRules) => {
    const { rotate } = await fixture();
    await expect(rotate({ RotationRules })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  test.each([
    ["rate(4 hours)", "2026-01-01T04:59:59.000Z"],
    ["cron(0 8/8 * * ? *)", "2026-01-01T08:59:59.000Z"],
    ["cron(0 0 ? * SUN#1 *)", "2026-01-04T23:59:59.000Z"],
  ])("%s is due next until %s", async (ScheduleExpression, expected) => {
    const { rotate, next, settle } = await fixture();
    await rotate({ RotationRules: { ScheduleExpression }, RotateImmediately: false });
    await settle();
    expect(await next()).toBe(expected);
  });
});
