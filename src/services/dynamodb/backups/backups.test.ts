import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;

beforeEach(() => {
  db = createDynamoDbFixture();
});

const S = (text: string) => ({ S: text });
const TableName = "things";

async function contents(table: string): Promise<readonly string[]> {
  const { Items = [] } = await db.call("Scan", { TableName: table });
  return Items.map(({ id, v }) => `${id?.S}=${v?.S}`).sort();
}

async function backUp(BackupName = "first"): Promise<string> {
  const { BackupDetails } = await db.call("CreateBackup", { TableName, BackupName });
  return BackupDetails?.BackupArn ?? "";
}

const status = async (table: string) =>
  (await db.call("DescribeTable", { TableName: table })).Table?.TableStatus;

const setRecovery = (isEnabled: boolean, RecoveryPeriodInDays?: number) =>
  db.call("UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: isEnabled,
      RecoveryPeriodInDays,
    },
  });

const restoreTo = (RestoreDateTime: Date, TargetTableName = "earlier") =>
  db.call("RestoreTableToPointInTime", {
    SourceTableName: TableName,
    TargetTableName,
    RestoreDateTime,
  });

const changeCount = () =>
  db.store.read((tx) => [...tx.range({ prefix: ["dynamodb", "change"] })].length);

describe("backups", () => {
  test("create, restore: the table as it was at that moment", async () => {
    db = createDynamoDbFixture({ hasTimers: false });
    await db.table(TableName, "id", {
      AttributeDefinitions: [{ AttributeName: "v", AttributeType: "S" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-v",
          KeySchema: [{ AttributeName: "v", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    await db.put(TableName, { id: S("a"), v: S("1") }, { id: S("b"), v: S("1") });
    const BackupArn = await backUp();
    await db.put(TableName, { id: S("a"), v: S("2") }, { id: S("c"), v: S("1") });
    await db.call("DeleteItem", { TableName, Key: { id: S("b") } });
    expect(await db.refused("DeleteBackup", { BackupArn })).toMatchObject({
      code: "BackupInUseException",
    });
    expect(await db.refused("DeleteTable", { TableName })).toMatchObject({
      code: "ResourceInUseException",
    });
    db.startTimers();
    await db.clock.advance(0);
    const { BackupDescription } = await db.call("DescribeBackup", { BackupArn });
    expect(BackupDescription).toMatchObject({
      BackupDetails: { BackupStatus: "AVAILABLE", BackupType: "USER", BackupName: "first" },
      SourceTableDetails: { TableName, ItemCount: 2, BillingMode: "PAY_PER_REQUEST" },
      SourceTableFeatureDetails: { GlobalSecondaryIndexes: [{ IndexName: "by-v" }] },
    });
    const restored = await db.call("RestoreTableFromBackup", {
      BackupArn,
      TargetTableName: "restored",
    });
    expect(restored.TableDescription).toMatchObject({
      TableStatus: "CREATING",
      RestoreSummary: { SourceBackupArn: BackupArn, RestoreInProgress: true },
    });
    await db.clock.advance(0);
    expect(await status("restored")).toBe("ACTIVE");
    expect(await contents("restored")).toEqual(["a=1", "b=1"]);
    const { Count } = await db.call("Query", {
      TableName: "restored",
      IndexName: "by-v",
      KeyConditionExpression: "v = :v",
      ExpressionAttributeValues: { ":v": S("1") },
    });
    expect(Count).toBe(2);
    const { Table } = await db.call("DescribeTable", { TableName: "restored" });
    expect(Table?.ItemCount).toBe(2);
    expect(await changeCount()).toBe(3);
    await db.clock.advance(3_600_000);
    expect(await changeCount()).toBe(0);
  });

  test("backup: outlives its table, and leaves no row when it is deleted", async () => {
    await db.table(TableName, "id");
    await db.put(TableName, { id: S("a"), v: S("1") });
    const BackupArn = await backUp();
    await db.clock.advance(0);
    await db.call("DeleteTable", { TableName });
    await db.clock.advance(0);
    await db.call("RestoreTableFromBackup", { BackupArn, TargetTableName: TableName });
    await db.clock.advance(0);
    expect(await contents(TableName)).toEqual(["a=1"]);
    const deleted = await db.call("DeleteBackup", { BackupArn });
    expect(deleted.BackupDescription?.BackupDetails?.BackupStatus).toBe("DELETED");
    await db.call("DeleteTable", { TableName });
    await db.clock.advance(0);
    const rows = await db.store.read((tx) => [...tx.range({ prefix: ["dynamodb", "item"] })]);
    expect(rows).toEqual([]);
    expect(await db.refused("DescribeBackup", { BackupArn })).toMatchObject({
      code: "BackupNotFoundException",
      message: `Backup not found: ${BackupArn}`,
    });
  });

  test("list: by table, type and time, in pages", async () => {
    await db.table(TableName, "id");
    const arns: string[] = [];
    for (const name of ["one", "two", "three"]) {
      arns.push(await backUp(name));
      await db.clock.advance(1_000);
    }
    const page = await db.call("ListBackups", { TableName, Limit: 2 });
    expect(page.BackupSummaries?.map(({ BackupName }) => BackupName)).toEqual(["one", "two"]);
    const rest = await db.call("ListBackups", {
      ExclusiveStartBackupArn: page.LastEvaluatedBackupArn,
    });
    expect(rest.BackupSummaries?.map(({ BackupArn }) => BackupArn)).toEqual([arns[2]]);
    const early = await db.call("ListBackups", {
      TimeRangeUpperBound: new Date(Date.UTC(2026, 0, 1) + 1_000),
    });
    expect(early.BackupSummaries?.length).toBe(1);
    expect(await db.call("ListBackups", { BackupType: "SYSTEM" })).toEqual({
      BackupSummaries: [],
    });
  });

  test("restore: nobody sees the table before it is complete", async () => {
    db = createDynamoDbFixture({ hasTimers: false });
    await db.table(TableName, "id");
    await setRecovery(true);
    await restoreTo(new Date(db.clock.nowMs()));
    const refusals = [
      await db.refused("Scan", { TableName: "earlier" }),
      await db.refused("DeleteTable", { TableName: "earlier" }),
    ];
    expect(refusals).toMatchObject([
      { code: "ResourceNotFoundException" },
      { code: "ResourceInUseException" },
    ]);
    expect(await status("earlier")).toBe("CREATING");
    db.startTimers();
    await db.clock.advance(0);
    expect(await status("earlier")).toBe("ACTIVE");
  });

  test("restore: with other billing and fewer indexes", async () => {
    await db.table(TableName, "id sk", {
      AttributeDefinitions: [{ AttributeName: "v", AttributeType: "S" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-v",
          KeySchema: [{ AttributeName: "v", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    const BackupArn = await backUp();
    await db.clock.advance(0);
    const restored = await db.call("RestoreTableFromBackup", {
      BackupArn,
      TargetTableName: "restored",
      BillingModeOverride: "PROVISIONED",
      ProvisionedThroughputOverride: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
      GlobalSecondaryIndexOverride: [],
    });
    expect(restored).toMatchObject({
      TableDescription: {
        ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
        KeySchema: [{ AttributeName: "id" }, { AttributeName: "sk" }],
      },
    });
    const twice = await db.refused("RestoreTableFromBackup", {
      BackupArn,
      TargetTableName: TableName,
    });
    expect(twice).toMatchObject({
      code: "TableAlreadyExistsException",
      message: "Table already exists: things",
    });
  });

  test("create: refuses a table that is not there", async () => {
    expect(await db.refused("CreateBackup", { TableName, BackupName: "first" })).toMatchObject({
      code: "TableNotFoundException",
      message: "Table not found: things",
    });
  });

  test("backup: many items are copied in steps, writes in between left out", async () => {
    db = createDynamoDbFixture({ hasTimers: false });
    await db.table(TableName, "id");
    for (let from = 0; from < 700; from += 25) {
      const requests = Array.from({ length: 25 }, (_, n) => ({
        PutRequest: { Item: { id: S(String(from + n)), v: S("1") } },
      }));
      await db.call("BatchWriteItem", { RequestItems: { [TableName]: requests } });
    }
    const BackupArn = await backUp();
    for (let n = 0; n < 700; n += 7) {
      if (n === 350) {
        db.startTimers();
      }
      await db.put(TableName, { id: S(String(n)), v: S("2") });
      await db.call("DeleteItem", { TableName, Key: { id: S(String(n + 1)) } });
    }
    await db.clock.advance(0);
    await db.call("RestoreTableFromBackup", { BackupArn, TargetTableName: "restored" });
    await db.clock.advance(0);
    const items = await contents("restored");
    expect(items.length).toBe(700);
    expect(items.every((item) => item.endsWith("=1"))).toBe(true);
  });
});

describe("point-in-time recovery", () => {
  test("describe: the window follows the clock", async () => {
    await db.table(TableName, "id");
    await setRecovery(true, 2);
    const sinceMs = db.clock.nowMs();
    const shown = async () =>
      (await db.call("DescribeContinuousBackups", { TableName })).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription;
    expect(await shown()).toEqual({
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: 2,
      EarliestRestorableDateTime: new Date(sinceMs),
      LatestRestorableDateTime: new Date(sinceMs),
    });
    await db.clock.advance(3 * 86_400_000);
    expect((await shown())?.EarliestRestorableDateTime).toEqual(new Date(sinceMs + 86_400_000));
    await setRecovery(false);
    expect(await shown()).toEqual({ PointInTimeRecoveryStatus: "DISABLED" });
  });

  test("restore: refuses times outside the window, and tables without one", async () => {
    await db.table(TableName, "id");
    const now = () => new Date(db.clock.nowMs());
    const input = { SourceTableName: TableName, TargetTableName: "earlier" };
    expect(
      await db.refused("RestoreTableToPointInTime", { ...input, RestoreDateTime: now() }),
    ).toMatchObject({ code: "PointInTimeRecoveryUnavailableException" });
    await setRecovery(true);
    for (const ms of [-1_000, 1_000]) {
      const RestoreDateTime = new Date(db.clock.nowMs() + ms);
      expect(
        await db.refused("RestoreTableToPointInTime", { ...input, RestoreDateTime }),
      ).toMatchObject({ code: "InvalidRestoreTimeException" });
    }
    expect(await db.refused("RestoreTableToPointInTime", input)).toMatchObject({
      code: "ValidationException",
    });
  });

  test("delete: a table with recovery leaves a backup of the system for 35 days", async () => {
    await db.table(TableName, "id");
    await setRecovery(true);
    await db.put(TableName, { id: S("a"), v: S("1") });
    await db.call("DeleteTable", { TableName });
    const { BackupSummaries: [backup] = [] } = await db.call("ListBackups", {
      BackupType: "SYSTEM",
    });
    expect(backup?.BackupName).toBe("things$DeletedTableBackup");
    await db.clock.advance(3_600_000);
    await db.call("RestoreTableFromBackup", {
      BackupArn: backup?.BackupArn ?? "",
      TargetTableName: TableName,
    });
    await db.clock.advance(0);
    expect(await contents(TableName)).toEqual(["a=1"]);
    await db.clock.advance(35 * 86_400_000);
    expect(await db.call("ListBackups", {})).toEqual({ BackupSummaries: [] });
    expect(await changeCount()).toBe(0);
  });

  test("the log is kept for as long as the window", async () => {
    await db.table(TableName, "id");
    await setRecovery(true, 1);
    await db.put(TableName, { id: S("a"), v: S("1") });
    await db.clock.advance(23 * 3_600_000);
    expect(await changeCount()).toBe(1);
    await db.clock.advance(2 * 3_600_000);
    expect(await changeCount()).toBe(0);
  });

  test("law: every second of the window comes back as it was", async () => {
    const step = fc.record({
      id: fc.constantFrom("a", "b", "c", "d"),
      v: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
      seconds: fc.integer({ min: 0, max: 2 }),
    });
    const scenario = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 0, max: 50 }),
      async (steps, pick) => {
        db = createDynamoDbFixture({ hasTimers: false });
        await db.table(TableName, "id");
        await db.put(TableName, { id: S("a"), v: S("before") });
        await setRecovery(true);
        const moments = new Map<number, readonly string[]>();
        const change = async ({ id, v }: { id: string; v: string | undefined }) => {
          await (v === undefined
            ? db.call("DeleteItem", { TableName, Key: { id: S(id) } })
            : db.put(TableName, { id: S(id), v: S(v) }));
        };
        for (const one of steps) {
          await change(one);
          moments.set(db.clock.nowMs(), await contents(TableName));
          await db.clock.advance(one.seconds * 1_000);
        }
        await db.clock.advance(1_000);
        const [momentMs, wanted] = [...moments][pick % moments.size] ?? [0, []];
        await restoreTo(new Date(momentMs));
        for (const [index, one] of steps.entries()) {
          if (index === Math.floor(steps.length / 2)) {
            db.startTimers();
          }
          await change(one);
        }
        await db.clock.advance(0);
        expect(await contents("earlier")).toEqual(wanted);
      },
    );
    await fc.assert(scenario, { numRuns: 30 });
  });
});
