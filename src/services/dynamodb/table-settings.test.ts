/** Resource policies, maximum throughput on demand, warm throughput. */
import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;
const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
const policy = (Sid: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid, Effect: "Allow" }] });

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
});

describe("resource policies", () => {
  test("policy: is put, read and deleted, with a revision for each text", async () => {
    const first = await db.call("PutResourcePolicy", { ResourceArn, Policy: policy("a") });
    const again = await db.call("PutResourcePolicy", { ResourceArn, Policy: policy("a") });
    const second = await db.call("PutResourcePolicy", { ResourceArn, Policy: policy("b") });
    expect(again.RevisionId).toBe(first.RevisionId);
    expect(second.RevisionId).not.toBe(first.RevisionId);
    expect(await db.call("GetResourcePolicy", { ResourceArn })).toEqual({
      Policy: policy("b"),
      RevisionId: second.RevisionId,
    });
    expect(await db.call("DeleteResourcePolicy", { ResourceArn })).toEqual({
      RevisionId: second.RevisionId,
    });
    expect(await db.call("DeleteResourcePolicy", { ResourceArn })).toEqual({});
    expect(await db.refused("GetResourcePolicy", { ResourceArn })).toMatchObject({
      code: "PolicyNotFoundException",
    });
  });

  test("policy: is changed only at the revision that is expected", async () => {
    const put = (Sid: string, ExpectedRevisionId: string) =>
      db.call("PutResourcePolicy", { ResourceArn, Policy: policy(Sid), ExpectedRevisionId });
    const { RevisionId = "" } = await put("a", "NO_POLICY");
    await expect(put("b", "NO_POLICY")).rejects.toMatchObject({ code: "PolicyNotFoundException" });
    await expect(put("b", "1")).rejects.toMatchObject({ code: "PolicyNotFoundException" });
    await expect(
      db.call("DeleteResourcePolicy", { ResourceArn, ExpectedRevisionId: "1" }),
    ).rejects.toMatchObject({ code: "PolicyNotFoundException" });
    await put("b", RevisionId);
    expect((await db.call("GetResourcePolicy", { ResourceArn })).Policy).toBe(policy("b"));
  });

  test("policy: comes with its table and goes with it", async () => {
    await db.table("more", "id", { ResourcePolicy: policy("a") });
    const arn = ResourceArn.replace("things", "more");
    expect((await db.call("GetResourcePolicy", { ResourceArn: arn })).Policy).toBe(policy("a"));
    await db.call("DeleteTable", { TableName: "more" });
    await db.table("more", "id");
    expect(await db.refused("GetResourcePolicy", { ResourceArn: arn })).toMatchObject({
      code: "PolicyNotFoundException",
    });
  });

  test("policy: is refused when it is none, and for what is not there", async () => {
    const nowhere = ResourceArn.replace("things", "nowhere");
    const put = (arn: string, Policy: string) =>
      db.refused("PutResourcePolicy", { ResourceArn: arn, Policy });
    expect(await put(ResourceArn, "{")).toMatchObject({ code: "ValidationException" });
    expect(await put(ResourceArn, policy("x".repeat(20 * 1024)))).toMatchObject({
      code: "ValidationException",
    });
    expect(await put(nowhere, policy("a"))).toMatchObject({ code: "ResourceNotFoundException" });
    expect(await put(`${ResourceArn}/stream/2026`, policy("a"))).toMatchObject({
      code: "NotImplemented",
    });
  });
});

describe("throughput settings", () => {
  const described = async (TableName: string) =>
    (await db.call("DescribeTable", { TableName })).Table;

  test("settings: a maximum on demand is described, changed and lifted", async () => {
    const update = (MaxReadRequestUnits: number, MaxWriteRequestUnits?: number) =>
      db.call("UpdateTable", {
        TableName: "things",
        OnDemandThroughput: { MaxReadRequestUnits, MaxWriteRequestUnits },
      });
    await update(10);
    expect(await described("things")).toMatchObject({
      OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: -1 },
    });
    await update(-1);
    expect(await described("things")).not.toHaveProperty("OnDemandThroughput");
    await expect(update(0)).rejects.toMatchObject({ code: "ValidationException" });
    const provisioned = db.table("paid", "id", {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      OnDemandThroughput: { MaxReadRequestUnits: 10 },
    });
    await expect(provisioned).rejects.toMatchObject({ code: "ValidationException" });
  });

  test("settings: warm throughput grows and never shrinks", async () => {
    const warm = (ReadUnitsPerSecond: number) =>
      db.call("UpdateTable", { TableName: "things", WarmThroughput: { ReadUnitsPerSecond } });
    await warm(20_000);
    expect(await described("things")).toMatchObject({
      WarmThroughput: { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 4_000, Status: "ACTIVE" },
    });
    await expect(warm(15_000)).rejects.toMatchObject({
      message:
        "One or more parameter values were invalid: Requested ReadUnitsPerSecond for " +
        "WarmThroughput for table is lower than current WarmThroughput, " +
        "decreasing WarmThroughput is not supported",
    });
  });

  test("settings: indexes have their own", async () => {
    await db.table("indexed", "id", {
      AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-kind",
          KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
          OnDemandThroughput: { MaxWriteRequestUnits: 5 },
        },
      ],
    });
    const index = async () => (await described("indexed"))?.GlobalSecondaryIndexes?.[0];
    expect(await index()).toMatchObject({
      OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 5 },
      WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 },
    });
    await db.call("UpdateTable", {
      TableName: "indexed",
      GlobalSecondaryIndexUpdates: [
        {
          Update: {
            IndexName: "by-kind",
            OnDemandThroughput: { MaxReadRequestUnits: 7 },
            WarmThroughput: { WriteUnitsPerSecond: 5_000 },
          },
        },
      ],
    });
    expect(await index()).toMatchObject({
      OnDemandThroughput: { MaxReadRequestUnits: 7, MaxWriteRequestUnits: 5 },
      WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 5_000 },
    });
  });
});

describe("creation", () => {
  test("create: a delay that was asked for keeps a table from being used, on the clock", async () => {
    db.creationDelay.ms = 5_000;
    await db.table("slow", "id");
    const status = async () =>
      (await db.call("DescribeTable", { TableName: "slow" })).Table?.TableStatus;
    expect(await status()).toBe("CREATING");
    const Item = { id: { S: "a" } };
    expect(await db.refused("PutItem", { TableName: "slow", Item })).toMatchObject({
      code: "ResourceNotFoundException",
    });
    expect(await db.refused("DeleteTable", { TableName: "slow" })).toMatchObject({
      code: "ResourceInUseException",
    });
    await db.clock.advance(4_999);
    expect(await status()).toBe("CREATING");
    await db.clock.advance(1);
    expect(await status()).toBe("ACTIVE");
    await db.put("slow", Item);
  });
});
