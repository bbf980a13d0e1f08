import { describe, expect, test } from "vitest";
import { createSecretsManagerFixture } from "../../testing/secretsmanager-fixture.ts";
import { versions } from "./keys.ts";

const TOKEN = (digit: number): string => `${digit}`.repeat(32);
const ARN = /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[a-zA-Z0-9]{6}$/;

describe("create and get", () => {
  test("create secret: is found by name, by ARN and by a partial ARN", async () => {
    const { call, clock } = createSecretsManagerFixture();
    const made = await call("CreateSecret", {
      Name: "app/db",
      SecretString: "hunter2",
      ClientRequestToken: TOKEN(1),
    });
    expect(made).toEqual({
      ARN: expect.stringMatching(ARN),
      Name: "app/db",
      VersionId: TOKEN(1),
      ReplicationStatus: undefined,
    });
    const { ARN: arn = "" } = made;
    const expected = {
      ARN: arn,
      Name: "app/db",
      VersionId: TOKEN(1),
      SecretString: "hunter2",
      VersionStages: ["AWSCURRENT"],
      CreatedDate: new Date(clock.nowMs()),
    };
    for (const SecretId of ["app/db", arn, arn.slice(0, -7)]) {
      expect(await call("GetSecretValue", { SecretId })).toEqual(expected);
    }
    const wrong = [`${arn.slice(0, -1)}_`, "app/d", arn.replace("us-east-1", "eu-west-1")];
    for (const SecretId of [...wrong, "a".repeat(2000)]) {
      await expect(call("GetSecretValue", { SecretId })).rejects.toMatchObject({
        code: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret.",
      });
    }
  });

  test("partial ARN: a name that ends like an ARN is found by its whole ARN", async () => {
    const { call } = createSecretsManagerFixture();
    const { ARN: arn = "" } = await call("CreateSecret", { Name: "app-abcdef", SecretString: "1" });
    expect((await call("GetSecretValue", { SecretId: arn })).Name).toBe("app-abcdef");
    expect((await call("GetSecretValue", { SecretId: arn.slice(0, -7) })).Name).toBe("app-abcdef");
  });

  test("create secret: the same request again gets the same answer, another is refused", async () => {
    const { call } = createSecretsManagerFixture();
    const request = { Name: "a", SecretString: "1", ClientRequestToken: TOKEN(1) };
    const first = await call("CreateSecret", request);
    expect(await call("CreateSecret", request)).toMatchObject({
      ARN: first.ARN,
      VersionId: TOKEN(1),
    });
    const exists = {
      code: "ResourceExistsException",
      message: "The operation failed because the secret a already exists.",
    };
    const others = [{ SecretString: "2" }, { ClientRequestToken: TOKEN(2) }];
    for (const other of others) {
      await expect(call("CreateSecret", { ...request, ...other })).rejects.toMatchObject(exists);
    }
  });

  test("create secret: without a value there is no version", async () => {
    const { call } = createSecretsManagerFixture();
    const made = await call("CreateSecret", { Name: "a", Description: "later" });
    expect(made.VersionId).toBeUndefined();
    await expect(call("GetSecretValue", { SecretId: "a" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message:
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    const put = await call("PutSecretValue", {
      SecretId: "a",
      SecretString: "1",
      VersionStages: ["mine"],
    });
    expect(put.VersionStages).toEqual(["AWSCURRENT", "mine"]);
  });

  test("values are kept encrypted, as text and as bytes", async () => {
    const { call, store } = createSecretsManagerFixture();
    await call("CreateSecret", { Name: "text", SecretString: "hunter2 ü" });
    await call("CreateSecret", { Name: "bytes", SecretBinary: Buffer.from("hunter2") });
    const kept = await store.read((tx) =>
      [...versions.list(tx)].map(({ record }) =>
        Buffer.from(record.value?.sealed ?? []).toString(),
      ),
    );
    expect(kept.join()).not.toContain("hunter2");
    expect((await call("GetSecretValue", { SecretId: "text" })).SecretString).toBe("hunter2 ü");
    const { SecretBinary, SecretString } = await call("GetSecretValue", { SecretId: "bytes" });
    expect([Buffer.from(SecretBinary ?? []).toString(), SecretString]).toEqual([
      "hunter2",
      undefined,
    ]);
  });

  test.each([
    ["a space", { Name: "a b" }, "ValidationException", /^Invalid name\. Must be/],
    [
      "two values",
      { Name: "a", SecretString: "1", SecretBinary: Buffer.from("1") },
      "InvalidParameterException",
      /both a binary secret value and a string/,
    ],
    [
      "64 KB",
      { Name: "a", SecretString: "ü".repeat(40_000) },
      "InvalidParameterException",
      /65536 bytes/,
    ],
    ["Type", { Name: "a", Type: "Salesforce" }, "NotImplemented", /Type/],
    [
      "tags",
      { Name: "a", Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `${at}`, Value: "" })) },
      "InvalidParameterException",
      /more than 50 tags/,
    ],
  ])("create secret: refuses %s", async (_, input, code, message) => {
    const { call } = createSecretsManagerFixture();
    await expect((async () => call("CreateSecret", input))()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("accounts and regions have their own; a policy lets another account in", async () => {
    const { call } = createSecretsManagerFixture();
    const { ARN: SecretId = "" } = await call("CreateSecret", { Name: "a", SecretString: "1" });
    const other = { accountId: "111111111111" };
    await expect(call("GetSecretValue", { SecretId: "a" }, other)).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    await expect(call("GetSecretValue", { SecretId }, other)).rejects.toMatchObject({
      code: "AccessDeniedException",
      message: expect.stringContaining("perform: secretsmanager:GetSecretValue on resource"),
    });
    const statement = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "secretsmanager:Get*",
      Resource: "*",
    };
    const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await call("PutResourcePolicy", { SecretId, ResourcePolicy });
    expect((await call("GetSecretValue", { SecretId }, other)).SecretString).toBe("1");
    await expect(call("DeleteSecret", { SecretId }, other)).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
  });
});

describe("versions", () => {
  async function withVersions(count: number) {
    const fixture = createSecretsManagerFixture();
    await fixture.call("CreateSecret", {
      Name: "a",
      SecretString: "1",
      ClientRequestToken: TOKEN(1),
    });
    for (let number = 2; number <= count; number += 1) {
      await fixture.call("PutSecretValue", {
        SecretId: "a",
        SecretString: `${number}`,
        ClientRequestToken: TOKEN(number),
      });
    }
    const read = async (more: object = {}) =>
      (await fixture.call("GetSecretValue", { SecretId: "a", ...more })).SecretString;
    return { ...fixture, read };
  }

  test("put secret value: moves AWSCURRENT and AWSPREVIOUS", async () => {
    const { read, call } = await withVersions(3);
    expect(await read()).toBe("3");
    expect(await read({ VersionStage: "AWSPREVIOUS" })).toBe("2");
    expect(await read({ VersionId: TOKEN(1) })).toBe("1");
    expect((await call("DescribeSecret", { SecretId: "a" })).VersionIdsToStages).toEqual({
      [TOKEN(2)]: ["AWSPREVIOUS"],
      [TOKEN(3)]: ["AWSCURRENT"],
    });
    const listed = await call("ListSecretVersionIds", { SecretId: "a" });
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([TOKEN(2), TOKEN(3)]);
    const all = await call("ListSecretVersionIds", { SecretId: "a", IncludeDeprecated: true });
    expect(all.Versions?.[0]).toMatchObject({
      VersionId: TOKEN(1),
      KmsKeyIds: ["DefaultEncryptionKey"],
    });
    expect(all.Versions?.[0]?.VersionStages).toBeUndefined();
  });

  test("get secret value: says which version there is not", async () => {
    const { read } = await withVersions(2);
    await expect(read({ VersionId: TOKEN(9) })).rejects.toMatchObject({
      message: `Secrets Manager can't find the specified secret value for VersionId: ${TOKEN(9)}`,
    });
    await expect(read({ VersionId: TOKEN(1), VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
      code: "InvalidRequestException",
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    });
  });

  test("put secret value: a token stands for one value", async () => {
    const { call, read } = await withVersions(2);
    const again = { SecretId: "a", ClientRequestToken: TOKEN(1) };
    expect(await call("PutSecretValue", { ...again, SecretString: "1" })).toMatchObject({
      VersionStages: ["AWSPREVIOUS"],
    });
    expect(await read()).toBe("2");
    const { ARN: arn } = await call("DescribeSecret", { SecretId: "a" });
    const refusal = {
      code: "ResourceExistsException",
      message: `You can't use ClientRequestToken ${TOKEN(1)} because that value is already in use for a version of secret ${arn}.`,
    };
    const changed = { ...again, SecretString: "other" };
    await expect(call("PutSecretValue", changed)).rejects.toMatchObject(refusal);
    await expect(call("UpdateSecret", changed)).rejects.toMatchObject(refusal);
    await expect((async () => call("PutSecretValue", { SecretId: "a" }))()).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  test("update secret: changes what is given, and nothing else", async () => {
    const { call, read } = await withVersions(1);
    await call("UpdateSecret", { SecretId: "a", Description: "d", KmsKeyId: "alias/mine" });
    expect(await call("DescribeSecret", { SecretId: "a" })).toMatchObject({
      Description: "d",
      KmsKeyId: "alias/mine",
    });
    const updated = await call("UpdateSecret", { SecretId: "a", SecretString: "2" });
    expect(updated.VersionId).toMatch(/^[0-9a-f-]{36}$/);
    expect([await read(), await read({ VersionStage: "AWSPREVIOUS" })]).toEqual(["2", "1"]);
    const versionsAfter = await call("ListSecretVersionIds", { SecretId: "a" });
    expect(versionsAfter.Versions?.map(({ KmsKeyIds }) => KmsKeyIds?.[0])).toEqual([
      "alias/mine",
      "alias/mine",
    ]);
    await call("UpdateSecret", { SecretId: "a", KmsKeyId: "" });
    expect((await call("DescribeSecret", { SecretId: "a" })).KmsKeyId).toBeUndefined();
  });

  test("update secret version stage: rolls back", async () => {
    const { call, read } = await withVersions(2);
    const move = {
      SecretId: "a",
      VersionStage: "AWSCURRENT",
      MoveToVersionId: TOKEN(1),
      RemoveFromVersionId: TOKEN(2),
    };
    await call("UpdateSecretVersionStage", move);
    expect([await read(), await read({ VersionStage: "AWSPREVIOUS" })]).toEqual(["1", "2"]);
    await call("UpdateSecretVersionStage", {
      SecretId: "a",
      VersionStage: "AWSPREVIOUS",
      RemoveFromVersionId: TOKEN(2),
    });
    await expect(read({ VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  test.each([
    [{ MoveToVersionId: TOKEN(1) }, /^The parameter RemoveFromVersionId can't be empty/],
    [{ MoveToVersionId: TOKEN(1), RemoveFromVersionId: TOKEN(1) }, /is not valid/],
    [{ RemoveFromVersionId: TOKEN(2) }, /^You can only move staging label AWSCURRENT/],
    [{ VersionStage: "x", RemoveFromVersionId: TOKEN(2) }, /is not attached to version/],
    [{}, /^You must specify/],
    [{ MoveToVersionId: TOKEN(9), RemoveFromVersionId: TOKEN(2) }, /can't find/],
  ])("update secret version stage: refuses %j", async (input, message) => {
    const { call } = await withVersions(2);
    await expect(
      call("UpdateSecretVersionStage", { SecretId: "a", VersionStage: "AWSCURRENT", ...input }),
    ).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  test("versions: the oldest go when there are a hundred, but not on their first day", async () => {
    const { call, clock } = await withVersions(1);
    const put = (at: number) => call("PutSecretValue", { SecretId: "a", SecretString: `${at}` });
    await clock.advance(1_000);
    for (let at = 2; at <= 100; at += 1) {
      await put(at);
    }
    await expect(put(101)).rejects.toMatchObject({ code: "LimitExceededException" });
    await clock.advance(24 * 3_600_000);
    await put(101);
    const all = await call("ListSecretVersionIds", { SecretId: "a", IncludeDeprecated: true });
    expect(all.Versions).toHaveLength(100);
    expect(all.Versions?.some(({ VersionId }) => VersionId === TOKEN(1))).toBe(false);
    const page = await call("ListSecretVersionIds", {
      SecretId: "a",
      IncludeDeprecated: true,
      MaxResults: 60,
    });
    const rest = await call("ListSecretVersionIds", {
      SecretId: "a",
      IncludeDeprecated: true,
      NextToken: page.NextToken,
    });
    expect([page.Versions?.length, rest.Versions?.length, rest.NextToken]).toEqual([
      60,
      40,
      undefined,
    ]);
  });

  test("last accessed date: is the day, of the secret and of the version", async () => {
    const { call, clock, read } = await withVersions(1);
    const dates = async () => {
      const { LastAccessedDate } = await call("DescribeSecret", { SecretId: "a" });
      const { Versions } = await call("ListSecretVersionIds", { SecretId: "a" });
      return [LastAccessedDate, Versions?.[0]?.LastAccessedDate].map((date) => date?.toISOString());
    };
    expect(await dates()).toEqual([undefined, undefined]);
    await clock.advance(30 * 3_600_000);
    await read();
    const day = "2026-01-02T00:00:00.000Z";
    expect(await dates()).toEqual([day, day]);
  });
});
