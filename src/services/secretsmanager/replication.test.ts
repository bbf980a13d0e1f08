import { describe, expect, test } from "vitest";
import { createSecretsManagerFixture } from "../../testing/secretsmanager-fixture.ts";

const WEST = { region: "eu-west-1" };
const SOUTH = { region: "eu-south-1" };
const SecretId = "a";

async function fixture() {
  const made = createSecretsManagerFixture();
  const { call } = made;
  const { ARN: arn = "" } = await call("CreateSecret", { Name: "a", SecretString: "1" });
  const replicate = (more: object = {}) =>
    call("ReplicateSecretToRegions", {
      SecretId,
      AddReplicaRegions: [{ Region: "eu-west-1", KmsKeyId: "alias/west" }],
      ...more,
    });
  const inWest = (id = SecretId) => call("GetSecretValue", { SecretId: id }, WEST);
  return { ...made, arn, replicate, inWest };
}

describe("replicas", () => {
  test("show the secret in their region, as it is now", async () => {
    const { call, arn, replicate, inWest } = await fixture();
    expect(await replicate()).toEqual({
      ARN: arn,
      ReplicationStatus: [
        {
          Region: "eu-west-1",
          KmsKeyId: "alias/west",
          Status: "InSync",
          StatusMessage: undefined,
          LastAccessedDate: undefined,
        },
      ],
    });
    const westArn = arn.replace("us-east-1", "eu-west-1");
    expect(await inWest(westArn)).toMatchObject({ ARN: westArn, SecretString: "1" });
    await call("PutSecretValue", { SecretId, SecretString: "2" });
    expect((await inWest()).SecretString).toBe("2");
    const west = await call("DescribeSecret", { SecretId }, WEST);
    expect(west).toMatchObject({ PrimaryRegion: "us-east-1", KmsKeyId: "alias/west" });
    expect([west.ReplicationStatus, west.LastAccessedDate]).toEqual([
      undefined,
      new Date(Date.UTC(2026, 0, 1)),
    ]);
    const east = await call("DescribeSecret", { SecretId });
    expect([east.ReplicationStatus?.length, east.LastAccessedDate]).toEqual([1, undefined]);
    const listed = await call("ListSecrets", {}, WEST);
    expect(listed.SecretList?.map(({ ARN }) => ARN)).toEqual([westArn]);
    const filtered = await call(
      "ListSecrets",
      { Filters: [{ Key: "primary-region", Values: ["eu"] }] },
      WEST,
    );
    expect(filtered.SecretList).toEqual([]);
  });

  test("cannot be written to, and hold their secret fast", async () => {
    const { call, arn, replicate } = await fixture();
    await replicate();
    const refusal = {
      code: "InvalidParameterException",
      message:
        "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    };
    const attempts = [
      call("PutSecretValue", { SecretId, SecretString: "2" }, WEST),
      call("DeleteSecret", { SecretId }, WEST),
      call("RestoreSecret", { SecretId }, WEST),
    ];
    for (const result of await Promise.allSettled(attempts)) {
      expect(result).toMatchObject({ reason: refusal });
    }
    for (const more of [{}, { ForceDeleteWithoutRecovery: true }]) {
      await expect(call("DeleteSecret", { SecretId, ...more })).rejects.toMatchObject({
        code: "InvalidParameterException",
        message: `You can't delete secret ${arn} that still has replica regions [eu-west-1].`,
      });
    }
    await expect(call("CreateSecret", { Name: "a" }, WEST)).rejects.toMatchObject({
      code: "ResourceExistsException",
    });
  });

  test("go when their region is removed", async () => {
    const { call, replicate, inWest } = await fixture();
    await replicate();
    const removal = { SecretId, RemoveReplicaRegions: ["eu-west-1"] };
    const { ReplicationStatus } = await call("RemoveRegionsFromReplication", removal);
    expect(ReplicationStatus).toEqual([]);
    await expect(inWest()).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(call("RemoveRegionsFromReplication", removal)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await call("DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true });
  });

  test("become secrets of their own, with all versions", async () => {
    const { call, replicate, inWest } = await fixture();
    await replicate();
    await call("PutSecretValue", { SecretId, SecretString: "2" });
    await call("StopReplicationToReplica", { SecretId }, WEST);
    await call("PutSecretValue", { SecretId, SecretString: "3" });
    expect((await inWest()).SecretString).toBe("2");
    const previous = await call("GetSecretValue", { SecretId, VersionStage: "AWSPREVIOUS" }, WEST);
    expect(previous.SecretString).toBe("1");
    expect((await call("DescribeSecret", { SecretId })).PrimaryRegion).toBeUndefined();
    await expect(call("StopReplicationToReplica", { SecretId }, WEST)).rejects.toMatchObject({
      code: "InvalidRequestException",
    });
  });

  test("fail where the name is taken, unless forced", async () => {
    const { call, replicate, inWest } = await fixture();
    await call("CreateSecret", { Name: "a", SecretString: "west's own" }, WEST);
    const { ReplicationStatus: [failed] = [] } = await replicate();
    expect(failed).toMatchObject({
      Status: "Failed",
      StatusMessage: "Secret with this name already exists in this region",
    });
    expect((await inWest()).SecretString).toBe("west's own");
    const { ReplicationStatus } = await replicate({ ForceOverwriteReplicaSecret: true });
    expect(ReplicationStatus).toMatchObject([{ Region: "eu-west-1", Status: "InSync" }]);
    expect((await inWest()).SecretString).toBe("1");
  });

  test("can be made with the secret, but not in its own region", async () => {
    const { call, replicate } = await fixture();
    await call("CreateSecret", {
      Name: "b",
      SecretString: "b",
      AddReplicaRegions: [{ Region: "eu-west-1" }, { Region: "eu-south-1" }],
    });
    expect((await call("GetSecretValue", { SecretId: "b" }, SOUTH)).SecretString).toBe("b");
    await expect(replicate({ AddReplicaRegions: [{ Region: "us-east-1" }] })).rejects.toMatchObject(
      { code: "InvalidParameterException" },
    );
  });
});
