import { expect, test } from "vitest";
import { bodyOf, createTestBucket, type TestBucket } from "../../testing/s3-fixture.ts";
import { loadModel } from "../../wire/models.ts";
import { respond } from "../../wire/respond.ts";

const Bucket = "bucket";
const DAY_MS = 86_400_000;
const LARGE = "x".repeat(130 * 1024);

async function ruled(...rules: readonly object[]): Promise<TestBucket> {
  const bucket = await createTestBucket();
  await bucket.clock.advance(10 * 3_600_000);
  const Rules = rules.map((rule) => ({ Status: "Enabled", Filter: {}, ...rule }));
  const LifecycleConfiguration = { Rules };
  await bucket.s3("PutBucketLifecycleConfiguration", { Bucket, LifecycleConfiguration });
  return bucket;
}

/** As the wire would answer. */
function statusOf(output: object): number {
  const claim = {
    model: loadModel("s3"),
    operation: "RestoreObject",
    protocol: "restXml",
  } as const;
  return respond(claim, output, "request").status;
}

async function keysOf({ s3 }: TestBucket): Promise<readonly (string | undefined)[]> {
  return ((await s3("ListObjectsV2", { Bucket })).Contents ?? []).map(({ Key }) => Key);
}

test("lifecycle: objects expire at the midnight behind their last day", async () => {
  const bucket = await ruled({
    ID: "old logs",
    Filter: { Prefix: "logs/" },
    Expiration: { Days: 3 },
  });
  const put = await bucket.s3("PutObject", { Bucket, Key: "logs/a" });
  expect(put.Expiration).toBe('expiry-date="Mon, 05 Jan 2026 00:00:00 GMT", rule-id="old%20logs"');
  await bucket.s3("PutObject", { Bucket, Key: "other" });
  await bucket.clock.advance(3 * DAY_MS + 14 * 3_600_000 - 1);
  expect(await keysOf(bucket)).toEqual(["logs/a", "other"]);
  await bucket.clock.advance(1);
  expect(await keysOf(bucket)).toEqual(["other"]);
  const { Expiration } = await bucket.s3("HeadObject", { Bucket, Key: "other" });
  expect(Expiration).toBeUndefined();
});

test("lifecycle: by tag, size and date; more objects than one page has", async () => {
  const bucket = await ruled(
    { ID: "tag", Filter: { Tag: { Key: "tmp", Value: "1" } }, Expiration: { Days: 1 } },
    { ID: "size", Filter: { ObjectSizeGreaterThan: 4 }, Expiration: { Days: 2 } },
    {
      ID: "date",
      Filter: { And: { Prefix: "d", ObjectSizeLessThan: 2 } },
      Expiration: { Date: new Date("2026-01-05T00:00:00Z") },
    },
  );
  for (let at = 0; at < 120; at += 1) {
    await bucket.s3("PutObject", { Bucket, Key: `t${at}`, Tagging: "tmp=1" });
  }
  await bucket.s3("PutObject", { Bucket, Key: "big", Body: bodyOf("12345") });
  await bucket.s3("PutObject", { Bucket, Key: "date", Body: bodyOf("1") });
  await bucket.clock.advance(2 * DAY_MS);
  expect(await keysOf(bucket)).toEqual(["big", "date"]);
  await bucket.clock.advance(DAY_MS);
  expect(await keysOf(bucket)).toEqual(["date"]);
  await bucket.clock.advance(DAY_MS);
  expect(await keysOf(bucket)).toEqual([]);
});

test("lifecycle: versions: a marker on top, noncurrent ones go, then the marker", async () => {
  const bucket = await ruled({
    Expiration: { Days: 1 },
    NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 },
  });
  const { s3, clock } = bucket;
  await s3("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
  await s3("PutBucketNotificationConfiguration", {
    Bucket,
    NotificationConfiguration: { EventBridgeConfiguration: {} },
  });
  await s3("PutObject", { Bucket, Key: "key" });
  await s3("PutObject", { Bucket, Key: "key" });
  await bucket.told();
  await clock.advance(2 * DAY_MS);
  let listed = await s3("ListObjectVersions", { Bucket });
  expect([listed.Versions?.length, listed.DeleteMarkers?.length]).toEqual([2, 1]);
  await clock.advance(DAY_MS);
  listed = await s3("ListObjectVersions", { Bucket });
  expect([listed.Versions?.length, listed.DeleteMarkers?.length]).toEqual([1, 1]);
  const types = (await bucket.told()).map(
    ({ envelope }) => (JSON.parse(envelope.payload) as { detail: object }).detail,
  );
  expect(types).toMatchObject([
    { "deletion-type": "Delete Marker Created", reason: "Lifecycle Expiration" },
    { "deletion-type": "Permanently Deleted", requester: "s3.amazonaws.com" },
  ]);
  const [left] = listed.Versions ?? [];
  await s3("DeleteObject", { Bucket, Key: "key", VersionId: left?.VersionId });
  await clock.advance(DAY_MS);
  expect((await s3("ListObjectVersions", { Bucket })).DeleteMarkers).toEqual([]);
});

test("lifecycle: large objects move to other classes; archives are read once restored", async () => {
  const bucket = await ruled({
    Transitions: [
      { Days: 30, StorageClass: "STANDARD_IA" },
      { Days: 60, StorageClass: "GLACIER" },
    ],
  });
  const { s3, clock } = bucket;
  const at = { Bucket, Key: "large" };
  await s3("PutObject", { ...at, Body: bodyOf(LARGE) });
  await s3("PutObject", { Bucket, Key: "small", Body: bodyOf("x") });
  await clock.advance(31 * DAY_MS);
  expect((await s3("HeadObject", at)).StorageClass).toBe("STANDARD_IA");
  expect((await s3("HeadObject", { Bucket, Key: "small" })).StorageClass).toBeUndefined();
  await clock.advance(30 * DAY_MS);
  await expect(s3("GetObject", at)).rejects.toMatchObject({
    code: "InvalidObjectState",
    status: 403,
  });
  const RestoreRequest = { Days: 2, GlacierJobParameters: { Tier: "Expedited" } };
  expect(statusOf(await s3("RestoreObject", { ...at, RestoreRequest }))).toBe(202);
  expect((await s3("HeadObject", at)).Restore).toBe('ongoing-request="true"');
  await expect(s3("RestoreObject", { ...at, RestoreRequest })).rejects.toMatchObject({
    code: "RestoreAlreadyInProgress",
  });
  await clock.advance(5 * 60_000);
  expect((await s3("HeadObject", at)).Restore).toMatch(/^ongoing-request="false", expiry-date="/);
  expect(statusOf(await s3("RestoreObject", { ...at, RestoreRequest }))).toBe(200);
  const { Body: body } = await s3("GetObject", { ...at, Range: "bytes=0-0" });
  expect(body).toBeDefined();
  await clock.advance(3 * DAY_MS);
  await expect(s3("GetObject", at)).rejects.toMatchObject({ code: "InvalidObjectState" });
});

test("lifecycle: uploads that nobody completes are aborted", async () => {
  const bucket = await ruled({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
  const begun = await bucket.s3("CreateMultipartUpload", { Bucket, Key: "key" });
  expect(begun.AbortDate).toEqual(new Date("2026-01-03T00:00:00Z"));
  await bucket.clock.advance(2 * DAY_MS);
  expect((await bucket.s3("ListMultipartUploads", { Bucket })).Uploads).toEqual([]);
});

test("lifecycle: without rules nothing happens, and no timer is left", async () => {
  const bucket = await ruled({ Expiration: { Days: 1 } });
  const { Rules } = await bucket.s3("GetBucketLifecycleConfiguration", { Bucket });
  expect(Rules).toEqual([
    { ID: expect.any(String), Status: "Enabled", Filter: {}, Expiration: { Days: 1 } },
  ]);
  await bucket.s3("PutObject", { Bucket, Key: "key" });
  await bucket.s3("DeleteBucketLifecycle", { Bucket });
  await bucket.clock.advance(5 * DAY_MS);
  expect(await keysOf(bucket)).toEqual(["key"]);
  await expect(bucket.s3("GetBucketLifecycleConfiguration", { Bucket })).rejects.toMatchObject({
    code: "NoSuchLifecycleConfiguration",
  });
});

test.each([
  [{ Status: "Enabled", Filter: {} }, "InvalidRequest"],
  [{ Status: "Enabled", Expiration: { Days: 1 } }, "MalformedXML"],
  [{ Status: "Enabled", Filter: {}, Expiration: { Days: 0 } }, "InvalidArgument"],
  [
    { Status: "Enabled", Filter: {}, Transitions: [{ Days: 1, StorageClass: "STANDARD_IA" }] },
    "InvalidArgument",
  ],
  [
    { Status: "Enabled", Filter: {}, Expiration: { Date: new Date("2026-01-01T01:00:00Z") } },
    "InvalidArgument",
  ],
])("PutBucketLifecycleConfiguration: refuses %j", async (rule, code) => {
  const { s3 } = await createTestBucket();
  const LifecycleConfiguration = { Rules: [rule] };
  await expect(
    s3("PutBucketLifecycleConfiguration", { Bucket, LifecycleConfiguration }),
  ).rejects.toMatchObject({ code });
});
