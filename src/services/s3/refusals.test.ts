import { expect, test } from "vitest";
import { bodyOf, createTestBucket } from "../../testing/s3-fixture.ts";
import { AwsError } from "../../wire/aws-error.ts";

const Bucket = "bucket";
const at = { Bucket, Key: "key" };

/** What AWS answers: code, text and members, each as it was quoted where the code says. */
async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AwsError)) {
    throw error ?? new Error("it was not refused");
  }
  const { code, message, members } = error;
  return { code, message, ...members };
}

test("tags: the tag that is wrong is told", async () => {
  const { s3 } = await createTestBucket();
  const put = (...TagSet: { Key: string; Value: string }[]) =>
    refusalOf(s3("PutBucketTagging", { Bucket, Tagging: { TagSet } }));
  const code = "InvalidTag";
  expect(await put({ Key: "te&st", Value: "" })).toEqual({
    ...{ code, message: "The TagKey you have provided is invalid", TagKey: "te&st" },
  });
  expect(await put({ Key: "key", Value: "inv&alid" })).toEqual({
    ...{ code, message: "The TagValue you have provided is invalid" },
    ...{ TagKey: "key", TagValue: "inv&alid" },
  });
  expect(await put({ Key: "key", Value: "a" }, { Key: "key", Value: "b" })).toEqual({
    ...{ code, message: "Cannot provide multiple Tags with the same key", TagKey: "key" },
  });
});

test("copies: a source needs a bucket, a key and an encoding", async () => {
  const { s3 } = await createTestBucket();
  const copy = (CopySource: string) => refusalOf(s3("CopyObject", { ...at, CopySource }));
  const refusals = [
    ["", "Invalid copy source bucket name"],
    ["/", "Invalid copy source bucket name"],
    ["bucket", "Invalid copy source object key"],
    ["bucket/", "Invalid copy source object key"],
    ["bucket/%%%%", "Invalid copy source encoding."],
  ] as const;
  for (const [source, message] of refusals) {
    expect(await copy(source)).toEqual({
      ...{ code: "InvalidArgument", message },
      ...{ ArgumentName: "x-amz-copy-source", ArgumentValue: source },
    });
  }
});

test("conditions: one at a time, and no entity tag where only a star goes", async () => {
  const { s3 } = await createTestBucket();
  const code = "NotImplemented";
  expect(await refusalOf(s3("PutObject", { ...at, IfNoneMatch: "etag" }))).toEqual({
    ...{ code, message: "A header you provided implies functionality that is not implemented" },
    Header: "If-None-Match",
    additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
  });
  const both = s3("PutObject", { ...at, IfNoneMatch: "*", IfMatch: "etag" });
  expect(await refusalOf(both)).toMatchObject({ code });
  await s3("PutObject", { ...at, Body: bodyOf("x") });
  const Objects = [{ Key: "key", Size: 1 }];
  expect((await s3("DeleteObjects", { Bucket, Delete: { Objects } })).Errors).toMatchObject([
    { Key: "key", Code: code },
  ]);
});

test("checksums: one, and the one that is named", async () => {
  const { s3 } = await createTestBucket();
  const put = (input: object) => refusalOf(s3("PutObject", { ...at, ...input }));
  expect(await put({ ChecksumCRC32: "AAAAAA==", ChecksumCRC32C: "AAAAAA==" })).toEqual({
    code: "InvalidRequest",
    message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  });
  expect(await put({ ChecksumCRC32C: "AAAAAA==", ChecksumAlgorithm: "CRC32" })).toEqual({
    code: "InvalidRequest",
    message: "Value for x-amz-sdk-checksum-algorithm header is invalid.",
  });
});

test("object lock: nothing of it without it", async () => {
  const { s3 } = await createTestBucket();
  await s3("PutObject", { ...at, Body: bodyOf("x") });
  expect(await refusalOf(s3("GetObjectLegalHold", at))).toEqual({
    code: "InvalidRequest",
    message: "Bucket is missing Object Lock Configuration",
  });
  const Delete = { Objects: [{ Key: "key" }] };
  const bypassing = { Bucket, Key: "key", Delete, BypassGovernanceRetention: true };
  for (const operation of ["DeleteObject", "DeleteObjects"] as const) {
    expect(await refusalOf(s3(operation, bypassing))).toMatchObject({ code: "InvalidArgument" });
  }
  expect((await s3("GetObject", at)).ContentLength).toBe(1);
});

test("lists: pages have sizes, markers are what they are markers of", async () => {
  const { s3 } = await createTestBucket();
  const { UploadId = "" } = await s3("CreateMultipartUpload", at);
  const refusals = [
    [s3("ListObjectsV2", { Bucket, MaxKeys: -1 }), /^Argument max-keys must be an integer between/],
    [s3("ListObjectVersions", { Bucket, MaxKeys: -1 }), /^max-keys cannot be negative$/],
    [s3("ListMultipartUploads", { Bucket, MaxUploads: 2 ** 31 }), /^Provided max-uploads not an/],
    [s3("ListParts", { ...at, UploadId, PartNumberMarker: "-2" }), /^Argument part-number-marker/],
    [s3("ListObjectVersions", { Bucket, KeyMarker: "k", VersionIdMarker: "no" }), /^Invalid versi/],
  ] as const;
  for (const [call, message] of refusals) {
    expect(await refusalOf(call)).toMatchObject({
      ...{ code: "InvalidArgument", message: expect.stringMatching(message) },
    });
  }
});
