import { describe, expect, test } from "vitest";
import { createSecretsManagerFixture } from "../../testing/secretsmanager-fixture.ts";

const DAY_MS = 86_400_000;

async function fixture() {
  const made = createSecretsManagerFixture();
  const { ARN: arn = "" } = await made.call("CreateSecret", { Name: "a", SecretString: "1" });
  const isThere = async () =>
    (await made.call("ListSecrets", { IncludePlannedDeletion: true })).SecretList?.length === 1;
  return { ...made, arn, isThere };
}

describe("delete secret", () => {
  test("the secret goes when its recovery window ends", async () => {
    const { call, clock, isThere } = await fixture();
    const { DeletionDate } = await call("DeleteSecret", {
      SecretId: "a",
      RecoveryWindowInDays: 7,
    });
    expect(DeletionDate).toEqual(new Date(clock.nowMs() + 7 * DAY_MS));
    expect((await call("DescribeSecret", { SecretId: "a" })).DeletedDate).toEqual(DeletionDate);
    expect((await call("ListSecrets", {})).SecretList).toEqual([]);
    await clock.advance(7 * DAY_MS - 1);
    expect(await isThere()).toBe(true);
    await clock.advance(1);
    expect(await isThere()).toBe(false);
    const { ARN: again } = await call("CreateSecret", { Name: "a", SecretString: "2" });
    expect((await call("GetSecretValue", { SecretId: again ?? "" })).SecretString).toBe("2");
  });

  test("the window is thirty days unless told otherwise", async () => {
    const { call, clock } = await fixture();
    const { DeletionDate } = await call("DeleteSecret", { SecretId: "a" });
    expect(DeletionDate).toEqual(new Date(clock.nowMs() + 30 * DAY_MS));
  });

  test("in its window a secret is not to be used, and its name is taken", async () => {
    const { call } = await fixture();
    await call("DeleteSecret", { SecretId: "a" });
    const marked = {
      code: "InvalidRequestException",
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    };
    const SecretId = "a";
    const refused = [
      call("GetSecretValue", { SecretId }),
      call("PutSecretValue", { SecretId, SecretString: "2" }),
      call("UpdateSecret", { SecretId, Description: "d" }),
      call("TagResource", { SecretId, Tags: [{ Key: "a", Value: "b" }] }),
      call("DeleteSecret", { SecretId }),
      call("RotateSecret", { SecretId }),
    ];
    for (const result of await Promise.allSettled(refused)) {
      expect(result).toMatchObject({ status: "rejected", reason: marked });
    }
    await expect(call("CreateSecret", { Name: "a" })).rejects.toMatchObject({
      code: "InvalidRequestException",
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
  });

  test("restore secret: the old window ends without effect", async () => {
    const { call, clock, isThere } = await fixture();
    await call("DeleteSecret", { SecretId: "a", RecoveryWindowInDays: 7 });
    await clock.advance(3 * DAY_MS);
    await call("RestoreSecret", { SecretId: "a" });
    expect((await call("GetSecretValue", { SecretId: "a" })).SecretString).toBe("1");
    await clock.advance(10 * DAY_MS);
    expect(await isThere()).toBe(true);
    expect((await call("RestoreSecret", { SecretId: "a" })).Name).toBe("a");
  });

  test("by force it is gone at once, also in its window, also when there is none", async () => {
    const { call, clock, isThere } = await fixture();
    await call("DeleteSecret", { SecretId: "a" });
    const force = { SecretId: "a", ForceDeleteWithoutRecovery: true };
    await call("DeleteSecret", force);
    expect(await isThere()).toBe(false);
    const { Name, ARN: arn } = await call("DeleteSecret", force);
    expect([Name, arn]).toEqual(["a", expect.stringMatching(/:secret:a-[a-zA-Z0-9]{6}$/)]);
    expect(await call("DeleteSecret", { ...force, SecretId: arn ?? "" })).toMatchObject({
      Name: "a",
      ARN: arn,
    });
    await call("CreateSecret", { Name: "a", SecretString: "2" });
    await clock.advance(31 * DAY_MS);
    expect(await isThere()).toBe(true);
  });

  test.each([
    [
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
    [
      { RecoveryWindowInDays: 6 },
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    ],
  ])("refuses %j", async (input, message) => {
    const { call } = await fixture();
    await expect(
      (async () => call("DeleteSecret", { SecretId: "a", ...input }))(),
    ).rejects.toMatchObject({ code: "InvalidParameterException", message });
  });
});
