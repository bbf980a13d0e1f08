import { beforeEach, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
});

const enable = (Enabled: boolean, AttributeName = "expires") =>
  db.call("UpdateTimeToLive", {
    TableName: "things",
    TimeToLiveSpecification: { Enabled, AttributeName },
  });

const inSeconds = (seconds: number) => ({ N: String(db.clock.nowMs() / 1000 + seconds) });
const ids = async () => {
  const { Items } = await db.call("Scan", { TableName: "things" });
  return (Items ?? []).map(({ id }) => id?.S).sort();
};

test("time to live: items go when their time has come", async () => {
  await enable(true);
  await db.put(
    "things",
    { id: { S: "soon" }, expires: inSeconds(60) },
    { id: { S: "later" }, expires: inSeconds(120) },
    { id: { S: "text" }, expires: { S: "60" } },
    { id: { S: "never" } },
  );
  await db.clock.advance(59_000);
  expect(await ids()).toEqual(["later", "never", "soon", "text"]);
  await db.clock.advance(1_000);
  expect(await ids()).toEqual(["later", "never", "text"]);
  await db.clock.advance(3_600_000);
  expect(await ids()).toEqual(["never", "text"]);
});

test("time to live: follows the item as it changes", async () => {
  await enable(true);
  await db.put("things", { id: { S: "a" }, expires: inSeconds(60) });
  await db.put("things", { id: { S: "a" }, expires: inSeconds(300) });
  await db.clock.advance(120_000);
  expect(await ids()).toEqual(["a"]);
  await db.call("UpdateItem", {
    TableName: "things",
    Key: { id: { S: "a" } },
    UpdateExpression: "REMOVE expires",
  });
  await db.clock.advance(600_000);
  expect(await ids()).toEqual(["a"]);
});

test("time to live: enabled later, it counts for the items that are there", async () => {
  for (let count = 0; count < 450; count += 1) {
    await db.put("things", { id: { S: `i${count}` }, expires: inSeconds(60) });
  }
  await db.clock.advance(120_000);
  await db.put("things", { id: { S: "old" }, expires: inSeconds(-6 * 365 * 86_400) });
  expect(await ids()).toHaveLength(451);
  await enable(true);
  await db.clock.advance(1);
  expect(await ids()).toEqual(["old"]);
});

test("time to live: disabled, nothing goes; a new table is not the old one", async () => {
  await enable(true);
  await db.put("things", { id: { S: "a" }, expires: inSeconds(60) });
  await enable(false);
  await db.clock.advance(120_000);
  expect(await ids()).toEqual(["a"]);
  await enable(true, "expires");
  await db.put("things", { id: { S: "b" }, expires: inSeconds(60) });
  await db.call("DeleteTable", { TableName: "things" });
  await db.table("things", "id");
  await enable(true);
  await db.put("things", { id: { S: "b" }, expires: inSeconds(600) });
  await db.clock.advance(120_000);
  expect(await ids()).toEqual(["b"]);
});

test("time to live: described, and refused when nothing changes", async () => {
  expect(await db.call("DescribeTimeToLive", { TableName: "things" })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" },
  });
  await expect(enable(false)).rejects.toMatchObject({ message: "TimeToLive is already disabled" });
  await enable(true);
  await expect(enable(true)).rejects.toMatchObject({ message: "TimeToLive is already enabled" });
  await expect(enable(true, "other")).rejects.toMatchObject({
    message: "TimeToLive is active on a different AttributeName: current AttributeName is expires",
  });
  expect(await db.call("DescribeTimeToLive", { TableName: "things" })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" },
  });
});
