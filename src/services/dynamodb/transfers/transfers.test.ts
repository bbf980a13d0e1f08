import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ByteStream } from "../../../base/byte-stream.ts";
import { createStreamFixture, type StreamFixture } from "../../../testing/stream-fixture.ts";

let cloud: StreamFixture;

beforeEach(async () => {
  cloud = await createStreamFixture();
  await cloud.call("s3", "CreateBucket", { Bucket: "bucket" });
});

afterEach(() => cloud.stop());

const TURNS_MAX = 2_000;
const TableName = "things";
const TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
const S = (text: string) => ({ S: text });

async function put(...items: readonly object[]): Promise<void> {
  for (const Item of items) {
    await cloud.call("dynamodb", "PutItem", { TableName, Item });
  }
}

const recovery = () =>
  cloud.call("dynamodb", "UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });

async function exported(more: object = {}) {
  const { ExportDescription } = await cloud.call("dynamodb", "ExportTableToPointInTime", {
    TableArn,
    S3Bucket: "bucket",
    ...more,
  });
  expect(ExportDescription.ExportStatus).toBe("IN_PROGRESS");
  await cloud.clock.advance(1_000);
  const { ExportArn } = ExportDescription;
  return (await cloud.call("dynamodb", "DescribeExport", { ExportArn })).ExportDescription;
}

async function object(Key: string): Promise<Buffer> {
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "bucket", Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const linesOf = (text: string): readonly unknown[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : JSON.parse(line)));

/** What the data files of an export hold, found by its manifest. */
async function linesIn(manifest: string): Promise<readonly unknown[]> {
  const summary = JSON.parse((await object(manifest)).toString());
  const files = linesOf((await object(summary.manifestFilesS3Key)).toString());
  const lines: unknown[] = [];
  for (const { dataFileS3Key } of files as { dataFileS3Key: string }[]) {
    lines.push(...linesOf(gunzipSync(await object(dataFileS3Key)).toString()));
  }
  return lines;
}

async function upload(Key: string, text: string | Buffer): Promise<void> {
  async function* body(): ByteStream {
    // Lines are cut wherever chunks happen to end.
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) {
      yield bytes.subarray(at, at + 7);
    }
  }
  await cloud.call("s3", "PutObject", { Bucket: "bucket", Key, Body: body() });
}

async function imported(more: object) {
  const { ImportTableDescription: begun } = await cloud.call("dynamodb", "ImportTable", {
    S3BucketSource: { S3Bucket: "bucket", S3KeyPrefix: "in/" },
    InputFormat: "DYNAMODB_JSON",
    TableCreationParameters: {
      TableName: "made",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    },
    ...more,
  });
  const { ImportArn } = begun;
  return finished(async () => {
    const { ImportTableDescription: shown } = await cloud.call("dynamodb", "DescribeImport", {
      ImportArn,
    });
    return shown.ImportStatus === "IN_PROGRESS" ? undefined : shown;
  });
}

/** Decompression is work outside the simulated clock: looks again for as long as it takes. */
async function finished<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    await cloud.clock.advance(0);
  }
  return expect.unreachable("must finish");
}

const scan = async (table: string): Promise<readonly object[]> =>
  (await cloud.call("dynamodb", "Scan", { TableName: table })).Items;

describe("export", () => {
  test("full: the items of a moment, with manifests as AWS writes them", async () => {
    await cloud.table(TableName);
    await recovery();
    await put({ id: S("a"), raw: { B: Buffer.from([1, 2]) } }, { id: S("b"), n: { N: "1" } });
    const ExportTime = new Date(cloud.clock.nowMs());
    await cloud.clock.advance(1_000);
    await put({ id: S("c") });
    await cloud.call("dynamodb", "DeleteItem", { TableName, Key: { id: S("b") } });
    const description = await exported({ ExportTime, S3Prefix: "out" });
    expect(description).toMatchObject({
      ExportStatus: "COMPLETED",
      ExportType: "FULL_EXPORT",
      ExportFormat: "DYNAMODB_JSON",
      ItemCount: 2,
      ExportManifest: expect.stringMatching(
        /^out\/AWSDynamoDB\/\d{14}-[0-9a-f]{8}\/manifest-summary\.json$/,
      ),
    });
    const lines = await linesIn(description.ExportManifest);
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual({ Item: { id: S("a"), raw: { B: "AQI=" } } });
    expect(lines).toContainEqual({ Item: { id: S("b"), n: { N: "1" } } });
    const summary = JSON.parse((await object(description.ExportManifest)).toString());
    expect(summary).toMatchObject({
      version: "2020-06-30",
      exportArn: description.ExportArn,
      tableArn: TableArn,
      s3Bucket: "bucket",
      s3Prefix: "out",
      itemCount: 2,
      outputFormat: "DYNAMODB_JSON",
      exportType: "FULL_EXPORT",
    });
    const rows = await cloud.store.read((tx) => [...tx.range({ prefix: ["dynamodb", "item"] })]);
    expect(rows).toHaveLength(2);
  });

  test("incremental: what became of each item between two times", async () => {
    await cloud.table(TableName);
    await recovery();
    await put({ id: S("a"), v: S("1") }, { id: S("b"), v: S("1") });
    await cloud.clock.advance(1_000);
    const ExportFromTime = new Date(cloud.clock.nowMs());
    await put({ id: S("a"), v: S("2") }, { id: S("c"), v: S("1") });
    await put({ id: S("a"), v: S("3") });
    await cloud.call("dynamodb", "DeleteItem", { TableName, Key: { id: S("b") } });
    await cloud.clock.advance(900_000);
    const ExportToTime = new Date(cloud.clock.nowMs());
    await put({ id: S("a"), v: S("4") });
    const description = await exported({
      ExportType: "INCREMENTAL_EXPORT",
      IncrementalExportSpecification: { ExportFromTime, ExportToTime },
    });
    expect(description).toMatchObject({ ExportStatus: "COMPLETED", ItemCount: 3 });
    const byId = new Map(
      (await linesIn(description.ExportManifest)).map((line) => {
        const { Metadata, Keys, ...images } = line as { Metadata: object; Keys: { id: object } };
        expect(Metadata).toEqual({ WriteTimestampMicros: { N: expect.any(String) } });
        return [JSON.stringify(Keys.id), images];
      }),
    );
    expect(byId).toEqual(
      new Map([
        ['{"S":"a"}', { OldImage: { id: S("a"), v: S("1") }, NewImage: { id: S("a"), v: S("3") } }],
        ['{"S":"b"}', { OldImage: { id: S("b"), v: S("1") } }],
        ['{"S":"c"}', { NewImage: { id: S("c"), v: S("1") } }],
      ]),
    );
    const rows = await cloud.store.read((tx) => [
      ...tx.range({ prefix: ["dynamodb", "export-change"] }),
    ]);
    expect(rows).toEqual([]);
  });

  test("a bucket that is not there fails the export", async () => {
    await cloud.table(TableName);
    await recovery();
    const description = await exported({ S3Bucket: "nowhere" });
    expect(description).toMatchObject({ ExportStatus: "FAILED", FailureCode: "S3NoSuchBucket" });
    const { ExportSummaries } = await cloud.call("dynamodb", "ListExports", { TableArn });
    expect(ExportSummaries).toEqual([
      { ExportArn: description.ExportArn, ExportStatus: "FAILED", ExportType: "FULL_EXPORT" },
    ]);
  });

  test("refuses tables without recovery, times outside the window, and Ion", async () => {
    await cloud.table(TableName);
    await expect(exported()).rejects.toMatchObject({
      code: "PointInTimeRecoveryUnavailableException",
    });
    await recovery();
    const ExportTime = new Date(cloud.clock.nowMs() + 1_000);
    await expect(exported({ ExportTime })).rejects.toMatchObject({
      code: "InvalidExportTimeException",
    });
    await expect(exported({ ExportFormat: "ION" })).rejects.toMatchObject({ status: 501 });
  });

  test("the same token is the same export", async () => {
    await cloud.table(TableName);
    await recovery();
    const first = await exported({ ClientToken: "t" });
    const input = { TableArn, S3Bucket: "bucket", ClientToken: "t" };
    const again = await cloud.call("dynamodb", "ExportTableToPointInTime", input);
    expect(again.ExportDescription.ExportArn).toBe(first.ExportArn);
  });
});

describe("import", () => {
  test("DynamoDB JSON, gzipped: what was exported comes back", async () => {
    await cloud.table(TableName);
    await recovery();
    const items = Array.from({ length: 110 }, (_, n) => ({
      id: S(`item ${n}`),
      raw: { B: Buffer.from([n]) },
      list: { L: [{ N: String(n) }, { NULL: true }] },
    }));
    await put(...items);
    const { ExportManifest } = await exported();
    const S3KeyPrefix = `${ExportManifest.split("/manifest")[0]}/data/`;
    const description = await imported({
      S3BucketSource: { S3Bucket: "bucket", S3KeyPrefix },
      InputCompressionType: "GZIP",
    });
    expect(description).toMatchObject({
      ImportStatus: "COMPLETED",
      ProcessedItemCount: 110,
      ImportedItemCount: 110,
      ErrorCount: 0,
    });
    expect(await scan("made")).toEqual(await scan(TableName));
  });

  test("CSV: headers, quotes, types of keys, several objects", async () => {
    await upload("in/1.csv", 'id,name,n\r\na,"x, ""y""\nz",1\nb,,2\n');
    await upload("in/2.csv", "id,other\nc,3");
    await upload("other.csv", "id\nd\n");
    const description = await imported({ InputFormat: "CSV" });
    expect(description).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: 3 });
    const items = await scan("made");
    expect(items).toHaveLength(3);
    expect(items).toContainEqual({ id: S("a"), name: S('x, "y"\nz'), n: S("1") });
    expect(items).toContainEqual({ id: S("b"), n: S("2") });
    expect(items).toContainEqual({ id: S("c"), other: S("3") });
  });

  test("CSV: headers and delimiter of the request", async () => {
    await upload("in/1.csv", "a;1\n");
    await imported({
      InputFormat: "CSV",
      InputFormatOptions: { Csv: { Delimiter: ";", HeaderList: ["id", "v"] } },
    });
    expect(await scan("made")).toEqual([{ id: S("a"), v: S("1") }]);
  });

  test("lines that are no items are counted, and the others imported", async () => {
    const lines = [
      '{"Item":{"id":{"S":"a"}}}',
      "no json",
      '{"Item":{"id":{"N":"1"}}}',
      '{"Item":{"other":{"S":"x"}}}',
      '{"Item":{"id":{"S":"b"}}}',
    ];
    await upload("in/1.json", lines.join("\n"));
    const description = await imported({});
    expect(description).toMatchObject({
      ImportStatus: "COMPLETED",
      ErrorCount: 3,
      ProcessedItemCount: 5,
      ImportedItemCount: 2,
    });
    const { ImportSummaryList } = await cloud.call("dynamodb", "ListImports", {});
    expect(ImportSummaryList).toHaveLength(1);
  });

  test("what is no gzip, or no bucket, fails the import", async () => {
    await upload("in/1.json.gz", "plain");
    expect(await imported({ InputCompressionType: "GZIP" })).toMatchObject({
      ImportStatus: "FAILED",
    });
    await cloud.call("dynamodb", "DeleteTable", { TableName: "made" });
    await upload("in/1.json.gz", gzipSync('{"Item":{"id":{"S":"a"}}}'));
    expect(await imported({ InputCompressionType: "GZIP" })).toMatchObject({
      ImportStatus: "COMPLETED",
    });
    await cloud.call("dynamodb", "DeleteTable", { TableName: "made" });
    expect(await imported({ S3BucketSource: { S3Bucket: "nowhere" } })).toMatchObject({
      ImportStatus: "FAILED",
      FailureCode: "S3NoSuchBucket",
    });
  });

  test("refuses Ion and Zstandard by name, and tables that are there", async () => {
    await expect(imported({ InputFormat: "ION" })).rejects.toMatchObject({
      status: 501,
      message: "Millrace does not support InputFormat ION of ImportTable.",
    });
    await expect(imported({ InputCompressionType: "ZSTD" })).rejects.toMatchObject({ status: 501 });
    await cloud.table("made");
    await expect(imported({})).rejects.toMatchObject({ code: "ResourceInUseException" });
  });
});
