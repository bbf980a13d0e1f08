import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";
import { tableStreamReader } from "../../../testing/table-stream-reader.ts";
import type { Record_ } from "../../../wire/models/dynamodbstreams.gen.ts";

let db: DynamoDbFixture;

beforeEach(() => {
  db = createDynamoDbFixture();
});

const { shardIds, iterator, read } = tableStreamReader(() => db);

const S = (text: string) => ({ S: text });

/** Creates the table `things` with a stream, and answers the stream's ARN. */
async function streamed(StreamViewType: string): Promise<string> {
  await db.table("things", "id", {
    StreamSpecification: { StreamEnabled: true, StreamViewType },
  });
  const { Table } = await db.call("DescribeTable", { TableName: "things" });
  return Table?.LatestStreamArn ?? "";
}

/** Everything in all shards of a stream, shard by shard. */
async function readAll(StreamArn: string): Promise<readonly Record_[]> {
  const records: Record_[] = [];
  for (const ShardId of await shardIds(StreamArn)) {
    const first = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator = "" } = await db.streams("GetShardIterator", first);
    records.push(...(await read(ShardIterator)));
  }
  return records;
}

test("law: the records of a stream, applied in order, give the table", async () => {
  const step = fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    v: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
  });
  const scenario = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
    db = createDynamoDbFixture();
    const arn = await streamed("NEW_AND_OLD_IMAGES");
    for (const { id, v } of steps) {
      if (v === undefined) {
        await db.call("DeleteItem", { TableName: "things", Key: { id: S(id) } });
      } else {
        await db.put("things", { id: S(id), v: S(v) });
      }
    }
    const replica = new Map<string, string | undefined>();
    for (const { dynamodb } of await readAll(arn)) {
      const id = dynamodb?.Keys?.["id"]?.S ?? "";
      expect(dynamodb?.OldImage?.["v"]?.S).toBe(replica.get(id));
      replica.set(id, dynamodb?.NewImage?.["v"]?.S);
    }
    for (const id of ["a", "b", "c", "d", "e"]) {
      expect((await db.get("things", { id: S(id) }))?.["v"]?.S).toBe(replica.get(id));
    }
  });
  await fc.assert(scenario, { numRuns: 30 });
});

test("get: no text for an iterator is a fault of the engine", async () => {
  const arn = await streamed("KEYS_ONLY");
  const valid = await iterator(arn);
  const place = fc.record({
    shard: fc.oneof(fc.integer(), fc.double(), fc.string()),
    after: fc.option(fc.string({ maxLength: 30 }), { nil: undefined }),
    issuedMs: fc.oneof(fc.integer(), fc.constant(null)),
  });
  const forged = place.map(
    (value) => `${arn}|1|${Buffer.from(JSON.stringify(value)).toString("base64")}`,
  );
  const cut = fc.nat({ max: valid.length }).map((length) => valid.slice(0, length));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), forged, cut), async (ShardIterator) => {
      const outcome = await db.streams("GetRecords", { ShardIterator }).catch((error) => error);
      expect(outcome).not.toHaveProperty("fault", "server");
      expect(outcome instanceof TypeError || outcome instanceof RangeError).toBe(false);
      expect(outcome.Records ?? outcome.code).toBeDefined();
    }),
  );
});
