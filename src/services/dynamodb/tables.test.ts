import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";
import type { Input } from "../../wire/operations.ts";

let db: DynamoDbFixture;

beforeEach(() => {
  db = createDynamoDbFixture();
});

const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });
const typed = (...names: readonly string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: "S" }));
const ALL = { ProjectionType: "ALL" };

describe("create, describe, delete", () => {
  test("create: describes what was asked for", async () => {
    await db.table("things", "id", {
      TableClass: "STANDARD_INFREQUENT_ACCESS",
      DeletionProtectionEnabled: true,
      SSESpecification: { Enabled: true },
    });
    const { Table } = await db.call("DescribeTable", { TableName: "things" });
    expect(Table).toEqual({
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingModeSummary: {
        BillingMode: "PAY_PER_REQUEST",
        LastUpdateToPayPerRequestDateTime: new Date("2026-01-01T00:00:00Z"),
      },
      CreationDateTime: new Date("2026-01-01T00:00:00Z"),
      DeletionProtectionEnabled: true,
      ItemCount: 0,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: 0,
        WriteCapacityUnits: 0,
      },
      SSEDescription: {
        KMSMasterKeyArn: "arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb",
        SSEType: "KMS",
        Status: "ENABLED",
      },
      TableArn: ARN,
      TableClassSummary: { TableClass: "STANDARD_INFREQUENT_ACCESS" },
      TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      TableName: "things",
      TableSizeBytes: 0,
      TableStatus: "ACTIVE",
      WarmThroughput: {
        ReadUnitsPerSecond: 12_000,
        Status: "ACTIVE",
        WriteUnitsPerSecond: 4_000,
      },
    });
  });

  test("describe: counts items and bytes exactly", async () => {
    await db.table("things", "id");
    await db.put("things", { id: { S: "a" }, t: { S: "xxxx" } }, { id: { S: "b" } });
    await db.put("things", { id: { S: "a" }, t: { S: "x" } });
    const { Table } = await db.call("DescribeTable", { TableName: ARN });
    expect(Table).toMatchObject({ ItemCount: 2, TableSizeBytes: 3 + 2 + 3 });
    await db.call("DeleteItem", { TableName: "things", Key: { id: { S: "a" } } });
    expect((await db.call("DescribeTable", { TableName: ARN })).Table).toMatchObject({
      ItemCount: 1,
      TableSizeBytes: 3,
    });
  });

  test("delete: a table created anew sees nothing of the old one, whose rows go away", async () => {
    await db.table("things", "id");
    for (let count = 0; count < 450; count += 1) {
      await db.put("things", { id: { S: String(count) } });
    }
    const { TableDescription } = await db.call("DeleteTable", { TableName: "things" });
    expect(TableDescription).toMatchObject({ TableStatus: "DELETING", ItemCount: 450 });
    expect(await db.refused("DescribeTable", { TableName: "things" })).toMatchObject({
      code: "ResourceNotFoundException",
      message: "Requested resource not found: Table: things not found",
    });
    await db.table("things", "id");
    expect((await db.call("Scan", { TableName: "things" })).Count).toBe(0);
    await db.clock.advance(1);
    const rows = await db.store.read(
      (tx) => [...tx.range({ prefix: ["dynamodb", "item"] })].length,
    );
    expect(rows).toBe(0);
  });

  test("delete: not while it is protected", async () => {
    await db.table("things", "id", { DeletionProtectionEnabled: true });
    expect(await db.refused("DeleteTable", { TableName: "things" })).toMatchObject({
      code: "ValidationException",
      message:
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    });
    await db.call("UpdateTable", { TableName: "things", DeletionProtectionEnabled: false });
    await db.call("DeleteTable", { TableName: "things" });
  });

  test("create: not twice", async () => {
    await db.table("things", "id");
    await expect(db.table("things", "id")).rejects.toMatchObject({
      code: "ResourceInUseException",
      message: "Table already exists: things",
    });
  });

  const valid: Input<"dynamodb", "CreateTable"> = {
    TableName: "things",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: typed("pk", "sk"),
    KeySchema: [hash("pk"), range("sk")],
  };
  const index = (KeySchema: readonly ReturnType<typeof hash>[], more: object = {}) => ({
    IndexName: "one",
    KeySchema,
    Projection: ALL,
    ...more,
  });
  const BAD = "One or more parameter values were invalid: ";

  test.each<[Partial<Input<"dynamodb", "CreateTable">>, string]>([
    [
      { TableName: "ab" },
      "TableName must be at least 3 characters long and at most 255 characters long",
    ],
    [
      { TableName: "a b!" },
      "1 validation error detected: Value 'a b!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      { BillingMode: "PROVISIONED" },
      `${BAD}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    ],
    [
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      `${BAD}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    ],
    [
      { KeySchema: [range("pk"), hash("sk")] },
      "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ],
    [
      { KeySchema: [hash("pk"), hash("sk")] },
      "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    ],
    [
      { KeySchema: [hash("pk"), range("pk")] },
      "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    ],
    [
      { AttributeDefinitions: typed("pk") },
      `${BAD}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk], AttributeDefinitions: [pk]`,
    ],
    [
      { AttributeDefinitions: typed("pk", "sk", "more") },
      `${BAD}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ],
    [
      {
        AttributeDefinitions: typed("pk", "sk", "more"),
        GlobalSecondaryIndexes: [index([hash("sk")])],
      },
      `${BAD}Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, more], keys used: [pk, sk]`,
    ],
    [
      {
        GlobalSecondaryIndexes: [
          index([hash("sk")], { Projection: { ProjectionType: "INCLUDE" } }),
        ],
      },
      `${BAD}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    ],
    [{ GlobalSecondaryIndexes: [] }, `${BAD}List of GlobalSecondaryIndexes is empty`],
    [
      { GlobalSecondaryIndexes: [index([hash("sk")]), index([hash("pk")])] },
      `${BAD}Duplicate index name: one`,
    ],
    [
      {
        AttributeDefinitions: typed("pk"),
        KeySchema: [hash("pk")],
        LocalSecondaryIndexes: [index([hash("pk")])],
      },
      `${BAD}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    ],
    [
      { LocalSecondaryIndexes: [index([hash("pk")])] },
      `${BAD}Index KeySchema does not have a range key for index: one`,
    ],
    [
      { LocalSecondaryIndexes: [index([hash("sk"), range("pk")])] },
      `${BAD}Index KeySchema does not have the same leading hash key as table KeySchema for index: one. index hash key: sk, table hash key: pk`,
    ],
    [
      {
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        GlobalSecondaryIndexes: [index([hash("sk")])],
      },
      `${BAD}ProvisionedThroughput is not specified for index: one`,
    ],
  ])("create: refuses %j", async (more, message) => {
    expect(await db.refused("CreateTable", { ...valid, ...more })).toMatchObject({
      code: "ValidationException",
      message,
    });
  });

  test.each([
    ["GlobalTableSourceArn", "arn:aws:dynamodb:us-east-1:000000000000:table/other"],
    ["VectorIndexes", []],
  ])("create: refuses %s by name", async (member, value) => {
    expect(await db.refused("CreateTable", { ...valid, [member]: value })).toMatchObject({
      code: "NotImplemented",
      message: `Millrace does not support ${member} of CreateTable.`,
    });
  });
});

describe("list", () => {
  test("list: pages of names, each account and region on its own", async () => {
    for (const name of ["one", "two", "three"]) {
      await db.table(name, "id");
    }
    const first = await db.call("ListTables", { Limit: 2 });
    expect(first).toEqual({ TableNames: ["one", "three"], LastEvaluatedTableName: "three" });
    const second = await db.call("ListTables", { ExclusiveStartTableName: "three" });
    expect(second).toEqual({ TableNames: ["two"] });
    const elsewhere = await db.call("ListTables", {}, { region: "eu-west-1" });
    expect(elsewhere).toEqual({ TableNames: [] });
  });
});

describe("update table", () => {
  test("update: from provisioned to on demand and back", async () => {
    await db.table("things", "id", {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    });
    const provisioned = await db.call("DescribeTable", { TableName: "things" });
    expect(provisioned.Table?.BillingModeSummary).toBeUndefined();
    const same = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 };
    expect(
      await db.refused("UpdateTable", { TableName: "things", ProvisionedThroughput: same }),
    ).toMatchObject({ code: "ValidationException" });
    const { TableDescription } = await db.call("UpdateTable", {
      TableName: "things",
      BillingMode: "PAY_PER_REQUEST",
    });
    expect(TableDescription).toMatchObject({
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ProvisionedThroughput: { ReadCapacityUnits: 0 },
    });
    const back = await db.call("UpdateTable", {
      TableName: "things",
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: same,
    });
    expect(back.TableDescription).toMatchObject({
      BillingModeSummary: { BillingMode: "PROVISIONED" },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    });
  });

  test("update: keeps what it does not name", async () => {
    await db.table("things", "id", { SSESpecification: { Enabled: true, KMSMasterKeyId: "k" } });
    const { TableDescription } = await db.call("UpdateTable", {
      TableName: "things",
      TableClass: "STANDARD",
    });
    expect(TableDescription).toMatchObject({
      SSEDescription: { KMSMasterKeyArn: "arn:aws:kms:us-east-1:000000000000:key/k" },
      TableClassSummary: { TableClass: "STANDARD" },
    });
  });

  test("update: refuses to change nothing", async () => {
    await db.table("things", "id");
    expect(await db.refused("UpdateTable", { TableName: "things" })).toMatchObject({
      message:
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    });
  });
});

describe("tags", () => {
  test("tags: set on creation, added, removed, gone with the table", async () => {
    await db.table("things", "id", { Tags: [{ Key: "a", Value: "1" }] });
    await db.call("TagResource", {
      ResourceArn: ARN,
      Tags: [
        { Key: "a", Value: "2" },
        { Key: "b", Value: "3" },
      ],
    });
    await db.call("UntagResource", { ResourceArn: ARN, TagKeys: ["b", "none"] });
    const list = () => db.call("ListTagsOfResource", { ResourceArn: ARN });
    expect(await list()).toEqual({ Tags: [{ Key: "a", Value: "2" }] });
    await db.call("DeleteTable", { TableName: "things" });
    await expect(list()).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: `Requested resource not found: ResourcArn: ${ARN} not found`,
    });
    await db.table("things", "id");
    expect(await list()).toEqual({ Tags: [] });
  });
});

describe("account", () => {
  test("describe limits and continuous backups", async () => {
    expect(await db.call("DescribeLimits", {})).toMatchObject({
      TableMaxReadCapacityUnits: 40_000,
    });
    await db.table("things", "id");
    expect(await db.call("DescribeContinuousBackups", { TableName: "things" })).toEqual({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
      },
    });
  });
});
