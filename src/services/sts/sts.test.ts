import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { accountOfAccessKey } from "../../wire/access-key.ts";
import { checkInput } from "../../wire/check.ts";
import { loadModel } from "../../wire/models.ts";
import type { KnownRole } from "../role-directory.ts";
import { sessions } from "./keys.ts";
import { createSts } from "./service.ts";

const ROLE: KnownRole = {
  name: "deploy",
  id: "AROAEXAMPLE",
  arn: "arn:aws:iam::111122223333:role/ops/deploy",
  maxSessionSeconds: 7200,
};

function fixture() {
  const core = { ...createTestStore(), log: createMemoryLog() };
  const roles = { find: (_tx: unknown, arn: string) => (arn === ROLE.arn ? ROLE : undefined) };
  const service = createSts({ ...core, roles });
  return { ...core, service, call: serviceCaller<"sts">(service, core.clock) };
}

const ASSUME = { RoleArn: ROLE.arn, RoleSessionName: "me" };

describe("get caller identity", () => {
  test("is the root of the account without temporary credentials", async () => {
    const { call } = fixture();
    expect(await call("GetCallerIdentity", {})).toEqual({
      UserId: "000000000000",
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
  });

  test("is the session of the role with those of a role, until they end", async () => {
    const { call, clock } = fixture();
    const { Credentials } = await call("AssumeRole", ASSUME);
    const accessKeyId = Credentials?.AccessKeyId;
    expect(await call("GetCallerIdentity", {}, { accessKeyId })).toEqual({
      UserId: "AROAEXAMPLE:me",
      Account: "111122223333",
      Arn: "arn:aws:sts::111122223333:assumed-role/deploy/me",
    });
    await clock.advance(3_600_000);
    await expect(call("GetCallerIdentity", {}, { accessKeyId })).rejects.toMatchObject({
      code: "ExpiredToken",
      status: 403,
    });
  });

  test("does not know a session that there never was", async () => {
    const { call } = fixture();
    const accessKeyId = "ASIAAAAAAAAAAAAAAAAA";
    await expect(call("GetCallerIdentity", {}, { accessKeyId })).rejects.toMatchObject({
      code: "InvalidClientTokenId",
    });
  });
});

describe("assume role", () => {
  test("gives credentials that carry the account of the role", async () => {
    const { call, clock } = fixture();
    const { Credentials, AssumedRoleUser } = await call("AssumeRole", {
      ...ASSUME,
      DurationSeconds: 900,
    });
    expect(accountOfAccessKey(Credentials?.AccessKeyId ?? "")).toBe("111122223333");
    expect(Credentials?.SecretAccessKey).toHaveLength(40);
    expect(Credentials?.Expiration?.getTime()).toBe(clock.nowMs() + 900_000);
    expect(AssumedRoleUser).toEqual({
      AssumedRoleId: "AROAEXAMPLE:me",
      Arn: "arn:aws:sts::111122223333:assumed-role/deploy/me",
    });
  });

  test("denies a role that there is not", async () => {
    const { call } = fixture();
    const RoleArn = "arn:aws:iam::000000000000:role/none";
    await expect(call("AssumeRole", { ...ASSUME, RoleArn })).rejects.toMatchObject({
      code: "AccessDenied",
      message:
        "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/none",
    });
  });

  test("holds to the longest session of the role, and to an hour from role to role", async () => {
    const { call } = fixture();
    await expect(call("AssumeRole", { ...ASSUME, DurationSeconds: 7201 })).rejects.toMatchObject({
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    });
    const { Credentials } = await call("AssumeRole", { ...ASSUME, DurationSeconds: 7200 });
    const chained = call(
      "AssumeRole",
      { ...ASSUME, DurationSeconds: 3601 },
      { accessKeyId: Credentials?.AccessKeyId },
    );
    await expect(chained).rejects.toMatchObject({ message: expect.stringContaining("chaining") });
  });

  test("refuses what it cannot do by name", async () => {
    const { call } = fixture();
    const mfa = { ...ASSUME, SerialNumber: "arn:aws:iam::1:mfa/a", TokenCode: "123456" };
    await expect(call("AssumeRole", mfa)).rejects.toMatchObject({ status: 501 });
    await expect(call("AssumeRole", { ...ASSUME, Policy: "[" })).rejects.toMatchObject({
      code: "MalformedPolicyDocument",
    });
  });

  test("the model bounds the duration", () => {
    const short = { ...ASSUME, DurationSeconds: 899 };
    expect(() => checkInput(loadModel("sts"), "AssumeRole", short)).toThrow(
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    );
  });
});

describe("get session token", () => {
  test("gives root an hour at most, and a role none", async () => {
    const { call, clock } = fixture();
    const { Credentials } = await call("GetSessionToken", { DurationSeconds: 129_600 });
    expect(Credentials?.Expiration?.getTime()).toBe(clock.nowMs() + 3_600_000);
    const accessKeyId = Credentials?.AccessKeyId;
    expect(await call("GetCallerIdentity", {}, { accessKeyId })).toMatchObject({
      Arn: "arn:aws:iam::000000000000:root",
    });
    const role = await call("AssumeRole", ASSUME);
    const byRole = call("GetSessionToken", {}, { accessKeyId: role.Credentials?.AccessKeyId });
    await expect(byRole).rejects.toMatchObject({ code: "AccessDenied" });
  });
});

describe("sessions", () => {
  test("are forgotten a day after their end", async () => {
    const { call, store, service } = fixture();
    const { Credentials } = await call("AssumeRole", ASSUME);
    const key = [Credentials?.AccessKeyId ?? ""];
    const handler = service.timers?.["sts.session"];
    await store.write((tx) => handler?.(tx, { kind: "sts.session", key, dueMs: tx.nowMs }));
    expect(await store.read((tx) => sessions.get(tx, key) ?? "none")).toBe("none");
  });

  test("get access key info: names the account of a key", async () => {
    const { call } = fixture();
    const { Credentials } = await call("AssumeRole", ASSUME);
    const AccessKeyId = Credentials?.AccessKeyId ?? "";
    expect(await call("GetAccessKeyInfo", { AccessKeyId })).toEqual({ Account: "111122223333" });
    await expect(
      call("GetAccessKeyInfo", { AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
    ).rejects.toMatchObject({ code: "ValidationError" });
  });
});
