import fc from "fast-check";
import { expect, test } from "vitest";
import { bodyOf, createTestBucket, type TestBucket, textOf } from "../../testing/s3-fixture.ts";

const Bucket = "bucket";
const at = { Bucket, Key: "key" };
const DAY_MS = 86_400_000;

async function versionedBucket(Status = "Enabled"): Promise<TestBucket> {
  const bucket = await createTestBucket();
  await bucket.s3("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status } });
  return bucket;
}

async function put({ s3 }: TestBucket, content: string): Promise<string> {
  const { VersionId = "" } = await s3("PutObject", { ...at, Body: bodyOf(content) });
  return VersionId;
}

async function read({ s3 }: TestBucket, VersionId?: string): Promise<string> {
  return textOf((await s3("GetObject", { ...at, VersionId })).Body);
}

test("versioning: every version can be read, copied and deleted by its id", async () => {
  const bucket = await versionedBucket();
  const { s3, blobs, rows } = bucket;
  const [first, second] = [await put(bucket, "a".repeat(20_000)), await put(bucket, "second")];
  expect(await read(bucket)).toBe("second");
  expect(await read(bucket, first)).toBe("a".repeat(20_000));
  expect(await s3("HeadObject", { ...at, VersionId: first })).toMatchObject({
    VersionId: first,
    ContentLength: 20_000,
  });
  const source = `bucket/key?versionId=${first}`;
  const copied = await s3("CopyObject", { Bucket, Key: "copy", CopySource: source });
  expect(copied.CopySourceVersionId).toBe(first);
  await s3("DeleteObject", { ...at, VersionId: second });
  expect(await read(bucket)).toBe("a".repeat(20_000));
  expect(await s3("DeleteObject", { ...at, VersionId: first })).toEqual({ VersionId: first });
  await s3("DeleteObject", { Bucket, Key: "copy", VersionId: copied.VersionId });
  expect(await rows()).toEqual([["s3", "bucket", "bucket"]]);
  expect(await blobs()).toBe(0);
});

test("versioning: a delete marker hides the object until it is deleted itself", async () => {
  const bucket = await versionedBucket();
  const { s3 } = bucket;
  const first = await put(bucket, "first");
  const { VersionId: marker = "", DeleteMarker } = await s3("DeleteObject", at);
  expect(DeleteMarker).toBe(true);
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": marker };
  await expect(read(bucket)).rejects.toMatchObject({ code: "NoSuchKey", headers });
  await expect(s3("HeadObject", at)).rejects.toMatchObject({ code: "NotFound", headers });
  await expect(read(bucket, marker)).rejects.toMatchObject({
    code: "MethodNotAllowed",
    status: 405,
  });
  expect((await s3("ListObjectsV2", { Bucket })).KeyCount).toBe(0);
  const { Versions, DeleteMarkers } = await s3("ListObjectVersions", { Bucket });
  expect(Versions).toMatchObject([{ VersionId: first, IsLatest: false }]);
  expect(DeleteMarkers).toMatchObject([{ VersionId: marker, IsLatest: true }]);
  await expect(s3("DeleteBucket", { Bucket })).rejects.toMatchObject({ code: "BucketNotEmpty" });
  expect(await s3("DeleteObject", { ...at, VersionId: marker })).toEqual({
    VersionId: marker,
    DeleteMarker: true,
  });
  expect(await read(bucket)).toBe("first");
  expect((await s3("ListObjectVersions", { Bucket })).Versions).toMatchObject([{ IsLatest: true }]);
});

test("versioning: suspended, writes and deletes replace the null version alone", async () => {
  const bucket = await createTestBucket();
  const { s3 } = bucket;
  const status = (Status: string) =>
    s3("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status } });
  expect(await s3("GetBucketVersioning", { Bucket })).toEqual({});
  expect(await put(bucket, "before")).toBe("");
  await status("Enabled");
  const second = await put(bucket, "second");
  expect(await read(bucket, "null")).toBe("before");
  await status("Suspended");
  expect(await put(bucket, "null, anew")).toBe("null");
  expect(await read(bucket, "null")).toBe("null, anew");
  expect(await s3("DeleteObject", at)).toEqual({ VersionId: "null", DeleteMarker: true });
  await s3("DeleteObject", at);
  const { Versions, DeleteMarkers } = await s3("ListObjectVersions", { Bucket });
  expect(Versions).toMatchObject([{ VersionId: second, IsLatest: false }]);
  expect(DeleteMarkers).toMatchObject([{ VersionId: "null", IsLatest: true }]);
  await s3("DeleteObject", { ...at, VersionId: "null" });
  expect(await read(bucket)).toBe("second");
});

test("versions: ids that are not there, and those that cannot be", async () => {
  const bucket = await versionedBucket();
  await put(bucket, "content");
  await expect(read(bucket, "0".repeat(20))).rejects.toMatchObject({
    code: "NoSuchVersion",
    status: 404,
  });
  await expect(read(bucket, "what?")).rejects.toMatchObject({
    code: "InvalidArgument",
    message: "Invalid version id specified",
  });
  const configuration = { Status: "Enabled", MFADelete: "Enabled" };
  await expect(
    bucket.s3("PutBucketVersioning", { Bucket, VersioningConfiguration: configuration }),
  ).rejects.toMatchObject({ status: 501 });
});

test("DeleteObjects: markers and versions", async () => {
  const bucket = await versionedBucket();
  const first = await put(bucket, "first");
  const { Deleted } = await bucket.s3("DeleteObjects", {
    Bucket,
    Delete: { Objects: [{ Key: "key" }, { Key: "key", VersionId: first }] },
  });
  expect(Deleted).toMatchObject([
    { Key: "key", DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    { Key: "key", VersionId: first },
  ]);
});

/** Against a list of versions by key, newest first: whatever is done, in whichever state. */
test("ListObjectVersions: pages of any size show what a naive model has", async () => {
  const step = fc.record({
    what: fc.constantFrom("put", "delete", "remove", "Enabled", "Suspended"),
    key: fc.constantFrom("a", "a/b", "b"),
    index: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.integer({ min: 1, max: 4 }), run),
    { numRuns: 40 },
  );
});

interface Step {
  readonly what: string;
  readonly key: string;
  readonly index: number;
}

async function run(steps: readonly Step[], pageSize: number): Promise<void> {
  const { s3 } = await versionedBucket();
  const model = new Map<string, string[]>();
  let status = "Enabled";
  for (const { what, key: Key, index } of steps) {
    const known = model.get(Key) ?? [];
    if (what === "Enabled" || what === "Suspended") {
      status = what;
      await s3("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: what } });
    } else if (what === "remove") {
      const VersionId = known[index];
      if (VersionId !== undefined) {
        await s3("DeleteObject", { Bucket, Key, VersionId });
        model.set(Key, known.toSpliced(index, 1));
      }
    } else {
      const done = await s3(what === "put" ? "PutObject" : "DeleteObject", { Bucket, Key });
      const rest = status === "Enabled" ? known : known.filter((id) => id !== "null");
      model.set(Key, [done.VersionId ?? "", ...rest]);
    }
  }
  const listed: string[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3("ListObjectVersions", { Bucket, MaxKeys: pageSize, ...marker });
    const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    for (const { IsLatest, Key = "", VersionId } of entries) {
      expect(IsLatest).toBe(model.get(Key)?.[0] === VersionId);
      listed.push(`${Key} ${VersionId}`);
    }
    if (page.IsTruncated !== true) {
      break;
    }
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  const expected = [...model].flatMap(([key, ids]) => ids.map((id) => `${key} ${id}`));
  expect(listed.toSorted()).toEqual(expected.toSorted());
}

test("object lock: versions stay until their time has come, or for ever", async () => {
  const bucket = await createTestBucket();
  const { s3, clock } = bucket;
  await s3("CreateBucket", { Bucket: "locked", ObjectLockEnabledForBucket: true });
  const inLocked = { Bucket: "locked", Key: "key" };
  const ObjectLockConfiguration = {
    ObjectLockEnabled: "Enabled",
    Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 2 } },
  };
  await s3("PutObjectLockConfiguration", { Bucket: "locked", ObjectLockConfiguration });
  expect(await s3("GetObjectLockConfiguration", { Bucket: "locked" })).toEqual({
    ObjectLockConfiguration,
  });
  await expect(
    s3("PutBucketVersioning", {
      Bucket: "locked",
      VersioningConfiguration: { Status: "Suspended" },
    }),
  ).rejects.toMatchObject({ code: "InvalidBucketState" });
  const { VersionId } = await s3("PutObject", inLocked);
  const version = { ...inLocked, VersionId };
  await expect(s3("DeleteObject", version)).rejects.toMatchObject({
    message: "Access Denied because object protected by object lock.",
  });
  const later = new Date(clock.nowMs() + DAY_MS);
  const Retention = { Mode: "GOVERNANCE", RetainUntilDate: later };
  await expect(s3("PutObjectRetention", { ...version, Retention })).rejects.toMatchObject({
    code: "AccessDenied",
  });
  await s3("PutObjectRetention", { ...version, Retention, BypassGovernanceRetention: true });
  expect(await s3("GetObjectRetention", version)).toEqual({ Retention });
  await s3("PutObjectLegalHold", { ...version, LegalHold: { Status: "ON" } });
  await clock.advance(DAY_MS);
  await expect(s3("DeleteObject", version)).rejects.toMatchObject({ code: "AccessDenied" });
  await s3("PutObjectLegalHold", { ...version, LegalHold: { Status: "OFF" } });
  expect(await s3("DeleteObject", version)).toEqual({ VersionId });
  await expect(
    s3("PutObjectLegalHold", { ...at, LegalHold: { Status: "ON" } }),
  ).rejects.toMatchObject({ code: "NoSuchKey" });
});
