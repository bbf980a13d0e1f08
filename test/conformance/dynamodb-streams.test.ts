import {
  CreateBackupCommand,
  CreateTableCommand,
  DescribeBackupCommand,
  DescribeExportCommand,
  DescribeImportCommand,
  DynamoDBClient,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  InvalidRestoreTimeException,
  PutItemCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as Record_,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb-streams";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new DynamoDBClient(engine.config);
const streams = new DynamoDBStreamsClient(engine.config);
const s3 = new S3Client({ ...engine.config, forcePathStyle: true });
const KEYS = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
} as const;

async function createTable(TableName: string, region = REGION): Promise<string> {
  const made = await new DynamoDBClient({ ...engine.config, region }).send(
    new CreateTableCommand({
      TableName,
      ...KEYS,
      KeySchema: [...KEYS.KeySchema],
      AttributeDefinitions: [...KEYS.AttributeDefinitions],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  return made.TableDescription?.LatestStreamArn ?? "";
}

const put = (TableName: string, id: string, n: number) =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { id: { S: id }, n: { N: String(n) }, raw: { B: new Uint8Array([n]) } },
    }),
  );

const countOf = async (TableName: string, of = client) =>
  (await of.send(new ScanCommand({ TableName, Select: "COUNT" }))).Count;

/** Asks again until the answer is not that it goes on. */
async function settled<T>(ask: () => Promise<T>, isGoingOn: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  while (isGoingOn(answer)) {
    answer = await ask();
  }
  return answer;
}

test("streams: found, described, read to their ends", async () => {
  const StreamArn = await createTable("streamed");
  for (let n = 0; n < 10; n += 1) {
    await put("streamed", `item ${n}`, n);
  }
  await put("streamed", "item 0", 100);
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName: "streamed" }));
  expect(Streams?.map((stream) => stream.StreamArn)).toEqual([StreamArn]);
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  expect(StreamDescription).toMatchObject({
    StreamStatus: "ENABLED",
    StreamViewType: "NEW_AND_OLD_IMAGES",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const records: Record_[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 1_000 }));
    expect(page.NextShardIterator).toBeDefined();
    records.push(...(page.Records ?? []));
  }
  expect(records).toHaveLength(11);
  const modified = records.find(({ eventName }) => eventName === "MODIFY");
  expect(modified?.dynamodb).toMatchObject({
    Keys: { id: { S: "item 0" } },
    OldImage: { n: { N: "0" }, raw: { B: new Uint8Array([0]) } },
    NewImage: { n: { N: "100" }, raw: { B: new Uint8Array([100]) } },
  });
  expect(modified?.dynamodb?.ApproximateCreationDateTime).toBeInstanceOf(Date);
  const missing = new DescribeStreamCommand({ StreamArn: `${StreamArn}0` });
  await expect(streams.send(missing)).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test("backups and recovery: tables come back as they were", async () => {
  const TableName = "kept";
  await createTable(TableName);
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  await put(TableName, "first", 1);
  const made = await client.send(new CreateBackupCommand({ TableName, BackupName: "first" }));
  const BackupArn = made.BackupDetails?.BackupArn;
  await put(TableName, "second", 2);
  await settled(
    () => client.send(new DescribeBackupCommand({ BackupArn })),
    (answer) => answer.BackupDescription?.BackupDetails?.BackupStatus === "CREATING",
  );
  const fromBackup = { BackupArn, TargetTableName: "from-backup" };
  await client.send(new RestoreTableFromBackupCommand(fromBackup));
  const latest = { SourceTableName: TableName, TargetTableName: "latest" };
  await client.send(
    new RestoreTableToPointInTimeCommand({ ...latest, UseLatestRestorableTime: true }),
  );
  const waiting = { client, maxWaitTime: 10, minDelay: 1 };
  await waitUntilTableExists(waiting, { TableName: "from-backup" });
  await waitUntilTableExists(waiting, { TableName: "latest" });
  expect([await countOf("from-backup"), await countOf("latest")]).toEqual([1, 2]);
  const future = { ...latest, TargetTableName: "never", RestoreDateTime: new Date(4e12) };
  await expect(client.send(new RestoreTableToPointInTimeCommand(future))).rejects.toBeInstanceOf(
    InvalidRestoreTimeException,
  );
});

test("export and import: what leaves for a bucket comes back", async () => {
  const Bucket = "transfers";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const { TableDescription } = await client.send(
    new UpdateTableCommand({ TableName: "kept", DeletionProtectionEnabled: false }),
  );
  const started = await client.send(
    new ExportTableToPointInTimeCommand({
      TableArn: TableDescription?.TableArn,
      S3Bucket: Bucket,
    }),
  );
  const ExportArn = started.ExportDescription?.ExportArn;
  const { ExportDescription: done } = await settled(
    () => client.send(new DescribeExportCommand({ ExportArn })),
    (answer) => answer.ExportDescription?.ExportStatus === "IN_PROGRESS",
  );
  expect(done).toMatchObject({ ExportStatus: "COMPLETED", ItemCount: 2 });
  const folder = done?.ExportManifest?.replace("manifest-summary.json", "data/");
  const begun = await client.send(
    new ImportTableCommand({
      S3BucketSource: { S3Bucket: Bucket, S3KeyPrefix: folder },
      InputFormat: "DYNAMODB_JSON",
      InputCompressionType: "GZIP",
      TableCreationParameters: {
        TableName: "imported",
        ...KEYS,
        KeySchema: [...KEYS.KeySchema],
        AttributeDefinitions: [...KEYS.AttributeDefinitions],
      },
    }),
  );
  const ImportArn = begun.ImportTableDescription?.ImportArn;
  const { ImportTableDescription: imported } = await settled(
    () => client.send(new DescribeImportCommand({ ImportArn })),
    (answer) => answer.ImportTableDescription?.ImportStatus === "IN_PROGRESS",
  );
  expect(imported).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: 2 });
  expect(await countOf("imported")).toBe(2);
});

test("global tables: a replica has what the table has", async () => {
  const elsewhere = new DynamoDBClient({ ...engine.config, region: "us-west-2" });
  await createTable("everywhere");
  await put("everywhere", "before", 1);
  await client.send(
    new UpdateTableCommand({
      TableName: "everywhere",
      ReplicaUpdates: [{ Create: { RegionName: "us-west-2" } }],
    }),
  );
  const waiting = { client: elsewhere, maxWaitTime: 10, minDelay: 1 };
  await waitUntilTableExists(waiting, { TableName: "everywhere" });
  await put("everywhere", "after", 2);
  await settled(
    () => countOf("everywhere", elsewhere),
    (count) => count !== 2,
  );
});
