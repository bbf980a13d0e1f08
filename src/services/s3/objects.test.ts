import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bodyOf, createTestBucket, textOf } from "../../testing/s3-fixture.ts";

const at = { Bucket: "bucket", Key: "folder/key" };
const SMALL = "some content";
const LARGE = "0123456789".repeat(8_000);

function md5(content: string): string {
  return createHash("md5").update(content).digest("hex");
}

function crc32Of(content: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString("base64");
}

describe.each([
  ["small", SMALL],
  ["large", LARGE],
  ["empty", ""],
])("an object of %s content", (_, content) => {
  test("PutObject, GetObject, HeadObject: what was put is there", async () => {
    const { s3, clock } = await createTestBucket();
    await clock.advance(1_234);
    const put = await s3("PutObject", {
      ...at,
      Body: bodyOf(content),
      ContentType: "text/plain",
      ContentEncoding: "aws-chunked",
      CacheControl: "no-cache",
      Metadata: { FileSha256: "abc", other: "ü" },
      Tagging: "a=1&b=x%20y",
    });
    expect(put).toEqual({
      ETag: `"${md5(content)}"`,
      ServerSideEncryption: "AES256",
      ChecksumCRC64NVME: expect.any(String),
      ChecksumType: "FULL_OBJECT",
    });
    const { Body: body, ...head } = await s3("GetObject", at);
    expect(await textOf(body)).toBe(content);
    expect(head).toEqual({
      AcceptRanges: "bytes",
      CacheControl: "no-cache",
      ContentLength: content.length,
      ContentType: "text/plain",
      ETag: `"${md5(content)}"`,
      LastModified: new Date(clock.nowMs() - 234),
      Metadata: { filesha256: "abc", other: "ü" },
      ServerSideEncryption: "AES256",
      TagCount: 2,
    });
    expect(await s3("HeadObject", at)).toEqual(head);
  });

  test("PutObject: replaces what was there, and its content", async () => {
    const { s3, rows, blobs } = await createTestBucket();
    await s3("PutObject", { ...at, Body: bodyOf(content) });
    await s3("PutObject", { ...at, Body: bodyOf(`${content}, later`) });
    const { Body: body } = await s3("GetObject", at);
    expect(await textOf(body)).toBe(`${content}, later`);
    await s3("DeleteObject", at);
    expect(await blobs()).toBe(0);
    expect(await rows()).toEqual([["s3", "bucket", "bucket"]]);
  });

  test("CopyObject: the copy lives on without its source", async () => {
    const { s3, blobs, rows } = await createTestBucket();
    await s3("PutObject", { ...at, Body: bodyOf(content), Metadata: { k: "v" }, Tagging: "t=1" });
    const copy = { Bucket: "bucket", Key: "copy", CopySource: "/bucket/folder%2Fkey" };
    const { CopyObjectResult: result } = await s3("CopyObject", copy);
    expect(result?.ETag).toBe(`"${md5(content)}"`);
    await s3("DeleteObject", at);
    const read = await s3("GetObject", { Bucket: "bucket", Key: "copy" });
    expect(await textOf(read.Body)).toBe(content);
    expect(read).toMatchObject({ Metadata: { k: "v" }, TagCount: 1 });
    await s3("DeleteObject", { Bucket: "bucket", Key: "copy" });
    expect(await blobs()).toBe(0);
    expect((await rows()).length).toBe(1);
  });
});

test("GetObject: what is not there", async () => {
  const { s3 } = await createTestBucket();
  await expect(s3("GetObject", at)).rejects.toMatchObject({
    code: "NoSuchKey",
    message: "The specified key does not exist.",
    status: 404,
    members: { Key: "folder/key" },
  });
  await expect(s3("GetObject", { Bucket: "missing", Key: "k" })).rejects.toMatchObject({
    code: "NoSuchBucket",
  });
  await expect(s3("HeadObject", at)).rejects.toMatchObject({ code: "NotFound", status: 404 });
  await expect(s3("PutObject", { ...at, Bucket: "missing" })).rejects.toMatchObject({
    code: "NoSuchBucket",
  });
});

test.each([
  ["bytes=0-3", "0123", "bytes 0-3/80000"],
  ["bytes=9-9", "9", "bytes 9-9/80000"],
  ["bytes=79995-", "56789", "bytes 79995-79999/80000"],
  ["bytes=79998-99999", "89", "bytes 79998-79999/80000"],
  ["bytes=-3", "789", "bytes 79997-79999/80000"],
])("GetObject: the range %s", async (Range, expected, contentRange) => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf(LARGE) });
  const read = await s3("GetObject", { ...at, Range, ChecksumMode: "ENABLED" });
  expect(await textOf(read.Body)).toBe(expected);
  expect(read.ContentRange).toBe(contentRange);
  expect(read.ContentLength).toBe(expected.length);
  expect(await s3("HeadObject", { ...at, Range })).toMatchObject({ ContentRange: contentRange });
});

test("GetObject: ranges that cannot be satisfied, and those that are none", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("0123456789") });
  for (const Range of ["bytes=10-", "bytes=99-100", "bytes=-0"]) {
    await expect(s3("GetObject", { ...at, Range })).rejects.toMatchObject({
      code: "InvalidRange",
      status: 416,
      members: { RangeRequested: Range, ActualObjectSize: 10 },
    });
  }
  for (const Range of ["bytes=-", "bytes=3-1", "bytes=0-1,3-4", "items=0-1", "bytes=a-b"]) {
    const { Body: body, ContentRange: range } = await s3("GetObject", { ...at, Range });
    expect([await textOf(body), range]).toEqual(["0123456789", undefined]);
  }
  await expect(s3("GetObject", { ...at, Range: "bytes=0-1", PartNumber: 1 })).rejects.toMatchObject(
    { code: "InvalidRequest" },
  );
  await expect(s3("GetObject", { ...at, PartNumber: 2 })).rejects.toMatchObject({
    code: "InvalidPartNumber",
    status: 416,
  });
});

test("GetObject: the caller decides on the headers of the response", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("x"), ContentType: "text/plain" });
  const read = await s3("GetObject", {
    ...at,
    ResponseContentType: "image/png",
    ResponseContentDisposition: "attachment",
  });
  expect(read).toMatchObject({ ContentType: "image/png", ContentDisposition: "attachment" });
});

test("GetObject: conditions", async () => {
  const { s3, clock } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("x") });
  const etag = md5("x");
  const [before, then, after] = [-1, 0, 1].map((by) => new Date(clock.nowMs() + by * 1_000));
  const status = async (conditions: object): Promise<number> =>
    s3("GetObject", { ...at, ...conditions }).then(
      () => 200,
      (error: { status: number }) => error.status,
    );
  expect(await status({ IfMatch: etag })).toBe(200);
  expect(await status({ IfMatch: `"nope", "${etag}"` })).toBe(200);
  expect(await status({ IfMatch: '"nope"' })).toBe(412);
  expect(await status({ IfNoneMatch: `"${etag}"` })).toBe(304);
  expect(await status({ IfNoneMatch: "*" })).toBe(304);
  expect(await status({ IfNoneMatch: '"nope"' })).toBe(200);
  expect(await status({ IfModifiedSince: before })).toBe(200);
  expect(await status({ IfModifiedSince: then })).toBe(304);
  expect(await status({ IfUnmodifiedSince: before })).toBe(412);
  expect(await status({ IfUnmodifiedSince: after })).toBe(200);
  expect(await status({ IfMatch: etag, IfUnmodifiedSince: before })).toBe(200);
  expect(await status({ IfNoneMatch: '"nope"', IfModifiedSince: after })).toBe(200);
});

test("PutObject: conditions on what is there", async () => {
  const { s3 } = await createTestBucket();
  const put = (conditions: object): Promise<unknown> =>
    s3("PutObject", { ...at, Body: bodyOf(LARGE), ...conditions });
  await expect(put({ IfMatch: "*" })).rejects.toMatchObject({ code: "NoSuchKey", status: 404 });
  await put({ IfNoneMatch: "*" });
  await expect(put({ IfNoneMatch: "*" })).rejects.toMatchObject({
    code: "PreconditionFailed",
    status: 412,
    message: "At least one of the pre-conditions you specified did not hold",
    members: { Condition: "If-None-Match" },
  });
  await expect(put({ IfMatch: '"nope"' })).rejects.toMatchObject({
    members: { Condition: "If-Match" },
  });
  await put({ IfMatch: md5(LARGE) });
  await expect(put({ IfNoneMatch: '"etag"' })).rejects.toMatchObject({ code: "NotImplemented" });
});

test("PutObject: of two that may not replace, one wins and the other leaves nothing", async () => {
  const { s3, blobs } = await createTestBucket();
  const put = (): Promise<unknown> =>
    s3("PutObject", { ...at, Body: bodyOf(LARGE), IfNoneMatch: "*" });
  const outcomes = await Promise.allSettled([put(), put()]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await blobs()).toBe(1);
});

test("PutObject: checksums are verified, kept and told", async () => {
  const { s3, blobs } = await createTestBucket();
  const put = await s3("PutObject", {
    ...at,
    Body: bodyOf(LARGE),
    ChecksumCRC32: crc32Of(LARGE),
    ContentMD5: Buffer.from(md5(LARGE), "hex").toString("base64"),
  });
  const told = { ChecksumCRC32: crc32Of(LARGE), ChecksumType: "FULL_OBJECT" };
  expect(put).toMatchObject(told);
  expect(await s3("HeadObject", { ...at, ChecksumMode: "ENABLED" })).toMatchObject(told);
  expect(await s3("HeadObject", at)).not.toHaveProperty("ChecksumCRC32");
  const sha256 = createHash("sha256").update(SMALL).digest("base64");
  const computed = await s3("PutObject", {
    ...{ Bucket: "bucket", Key: "sha", Body: bodyOf(SMALL), ChecksumAlgorithm: "SHA256" },
  });
  expect(computed.ChecksumSHA256).toBe(sha256);
  const wrong = { ...at, Body: bodyOf(LARGE), ChecksumCRC32: crc32Of("other") };
  await expect(s3("PutObject", wrong)).rejects.toMatchObject({
    code: "BadDigest",
    message: "The CRC32 you specified did not match the calculated checksum.",
  });
  const { Body: body } = await s3("GetObject", at);
  expect(await textOf(body)).toBe(LARGE);
  expect(await blobs()).toBe(1);
});

test("PutObject: a body that breaks off changes nothing", async () => {
  const { s3, blobs } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("before") });
  const Body = (async function* () {
    yield Buffer.from(LARGE);
    throw new Error("connection lost");
  })();
  await expect(s3("PutObject", { ...at, Body })).rejects.toThrow("connection lost");
  expect(await textOf((await s3("GetObject", at)).Body)).toBe("before");
  expect(await blobs()).toBe(0);
});

test("PutObject: limits", async () => {
  const { s3 } = await createTestBucket();
  const put = (input: object): Promise<unknown> => s3("PutObject", { ...at, ...input });
  await put({ Key: "k".repeat(1024) });
  await expect(put({ Key: "ü".repeat(513) })).rejects.toMatchObject({
    code: "KeyTooLongError",
    members: { Size: 1026, MaxSizeAllowed: 1024 },
  });
  await expect(put({ Metadata: { k: "v".repeat(2_048) } })).rejects.toMatchObject({
    code: "MetadataTooLarge",
    members: { Size: 2_049, MaxSizeAllowed: 2_048 },
  });
  await expect(put({ ACL: "public-read" })).rejects.toMatchObject({
    code: "AccessControlListNotSupported",
    message: "The bucket does not allow ACLs",
  });
  await put({ ACL: "bucket-owner-full-control" });
  await expect(put({ StorageClass: "NO_SUCH" })).rejects.toMatchObject({
    code: "InvalidStorageClass",
  });
  for (const input of [{ StorageClass: "OUTPOSTS" }, { WriteOffsetBytes: 1 }]) {
    await expect(put(input)).rejects.toMatchObject({ code: "NotImplemented", status: 501 });
  }
  await expect(put({ ObjectLockMode: "GOVERNANCE" })).rejects.toMatchObject({
    code: "InvalidRequest",
    message: "Bucket is missing ObjectLockConfiguration",
  });
  await expect(put({ ChecksumAlgorithm: "SHA512" })).rejects.toMatchObject({
    code: "InvalidRequest",
  });
});

test("tagging: of objects is put, told and deleted", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("x"), Tagging: "a=1" });
  expect(await s3("GetObjectTagging", at)).toEqual({ TagSet: [{ Key: "a", Value: "1" }] });
  await s3("PutObjectTagging", { ...at, Tagging: { TagSet: [{ Key: "b", Value: "2" }] } });
  expect(await s3("GetObjectTagging", at)).toEqual({ TagSet: [{ Key: "b", Value: "2" }] });
  await s3("DeleteObjectTagging", at);
  expect(await s3("GetObjectTagging", at)).toEqual({ TagSet: [] });
  expect(await textOf((await s3("GetObject", at)).Body)).toBe("x");
  const put = (...TagSet: { Key: string; Value: string }[]): Promise<unknown> =>
    s3("PutObjectTagging", { ...at, Tagging: { TagSet } });
  const eleven = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  await expect(put(...eleven)).rejects.toMatchObject({
    code: "BadRequest",
    message: "Object tags cannot be greater than 10",
  });
  await expect(put({ Key: "a", Value: "" }, { Key: "a", Value: "" })).rejects.toMatchObject({
    code: "InvalidTag",
    message: "Cannot provide multiple Tags with the same key",
  });
  await expect(put({ Key: "", Value: "" })).rejects.toMatchObject({ code: "InvalidTag" });
  await expect(s3("PutObject", { ...at, Tagging: "a=1&a=2" })).rejects.toMatchObject({
    code: "InvalidTag",
  });
});

test("CopyObject: replaces metadata and tags when told, keeps conditions", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("x"), Metadata: { k: "v" }, Tagging: "t=1" });
  const copy = { ...at, CopySource: "bucket/folder/key" };
  await expect(s3("CopyObject", copy)).rejects.toMatchObject({ code: "InvalidRequest" });
  await s3("CopyObject", {
    ...copy,
    MetadataDirective: "REPLACE",
    Metadata: { k: "w" },
    TaggingDirective: "REPLACE",
    ContentType: "text/html",
    ChecksumAlgorithm: "CRC32",
  });
  const read = await s3("GetObject", { ...at, ChecksumMode: "ENABLED" });
  expect(await textOf(read.Body)).toBe("x");
  expect(read).toMatchObject({
    ContentType: "text/html",
    Metadata: { k: "w" },
    ChecksumCRC32: crc32Of("x"),
  });
  expect(read.TagCount).toBeUndefined();
  const elsewhere = { Bucket: "bucket", Key: "copy", CopySource: "bucket/folder/key" };
  await expect(
    s3("CopyObject", { ...elsewhere, CopySourceIfNoneMatch: "*" }),
  ).rejects.toMatchObject({ code: "PreconditionFailed" });
  await expect(s3("CopyObject", { ...elsewhere, CopySource: "bucket/nope" })).rejects.toMatchObject(
    { code: "NoSuchKey", members: { Key: "nope" } },
  );
  for (const CopySource of ["bucket", "bucket/", "%", ""]) {
    await expect(s3("CopyObject", { ...elsewhere, CopySource })).rejects.toMatchObject({
      code: "InvalidArgument",
    });
  }
});

test("DeleteObject: of nothing is no error; a condition may forbid it", async () => {
  const { s3 } = await createTestBucket();
  expect(await s3("DeleteObject", at)).toEqual({});
  await s3("PutObject", { ...at, Body: bodyOf("x") });
  await expect(s3("DeleteObject", { ...at, IfMatch: '"nope"' })).rejects.toMatchObject({
    code: "PreconditionFailed",
  });
  await expect(s3("DeleteObject", { ...at, VersionId: "v1" })).rejects.toMatchObject({
    code: "InvalidArgument",
    message: "Invalid version id specified",
  });
  const refused = [
    [{ IfMatch: md5("x"), VersionId: "null" }, "If-Match"],
    [{ IfMatchSize: 1 }, "x-amz-if-match-size"],
    [{ IfMatchLastModifiedTime: new Date(0) }, "x-amz-if-match-last-modified-time"],
  ] as const;
  for (const [condition, Header] of refused) {
    await expect(s3("DeleteObject", { ...at, ...condition })).rejects.toMatchObject({
      ...{ code: "NotImplemented", status: 501, members: { Header } },
    });
  }
  await s3("DeleteObject", { ...at, IfMatch: md5("x") });
  await expect(s3("GetObject", at)).rejects.toMatchObject({ code: "NoSuchKey" });
});

test("DeleteObjects: says of each key how it went, or only of failures", async () => {
  const { s3, blobs } = await createTestBucket();
  for (const Key of ["a", "b"]) {
    await s3("PutObject", { Bucket: "bucket", Key, Body: bodyOf(LARGE) });
  }
  const Objects = [{ Key: "a" }, { Key: "missing" }, { Key: "b", ETag: '"nope"' }];
  expect(await s3("DeleteObjects", { Bucket: "bucket", Delete: { Objects } })).toEqual({
    Deleted: [{ Key: "a" }, { Key: "missing" }],
    Errors: [
      {
        Key: "b",
        Code: "PreconditionFailed",
        Message: "At least one of the pre-conditions you specified did not hold",
      },
    ],
  });
  const quiet = { Objects: [{ Key: "b" }], Quiet: true };
  expect(await s3("DeleteObjects", { Bucket: "bucket", Delete: quiet })).toEqual({
    Deleted: [],
    Errors: [],
  });
  expect(await blobs()).toBe(0);
  const many = Array.from({ length: 1_001 }, (_, index) => ({ Key: `k${index}` }));
  for (const wrong of [[], many]) {
    await expect(
      s3("DeleteObjects", { Bucket: "bucket", Delete: { Objects: wrong } }),
    ).rejects.toMatchObject({ code: "MalformedXML" });
  }
});
