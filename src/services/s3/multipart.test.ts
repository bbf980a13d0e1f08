import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { bodyOf, createTestBucket, type TestBucket, textOf } from "../../testing/s3-fixture.ts";

const at = { Bucket: "bucket", Key: "big" };
const FIVE_MIB = 5 * 2 ** 20;
const FIRST = Buffer.alloc(FIVE_MIB, "abcdefg");
const LAST = Buffer.from("the end");

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function crc32Of(bytes: Uint8Array): string {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(crc32(bytes));
  return word.toString("base64");
}

const ETAG = `"${md5(Buffer.from(md5(FIRST) + md5(LAST), "hex"))}-2"`;

interface Begun extends TestBucket {
  readonly upload: { Bucket: string; Key: string; UploadId: string };
  put(PartNumber: number, content: Uint8Array, input?: object): Promise<string>;
}

async function begin(input: object = {}): Promise<Begun> {
  const bucket = await createTestBucket();
  const { UploadId = "" } = await bucket.s3("CreateMultipartUpload", { ...at, ...input });
  const upload = { ...at, UploadId };
  return {
    ...bucket,
    upload,
    async put(PartNumber, content, input = {}) {
      const part = { ...upload, ...input, PartNumber, Body: bodyOf(content) };
      const { ETag } = await bucket.s3("UploadPart", part);
      return ETag ?? "";
    },
  };
}

test("a multipart upload: becomes one object of its parts", async () => {
  const { s3, upload, put, blobs, rows, clock } = await begin({
    ...{ ContentType: "text/plain", Metadata: { k: "v" }, Tagging: "t=1" },
  });
  await put(3, Buffer.from("not used"));
  const last = await put(2, LAST);
  await put(1, LAST);
  const first = await put(1, FIRST);
  expect(first).toBe(`"${md5(FIRST)}"`);
  await expect(s3("GetObject", at)).rejects.toMatchObject({ code: "NoSuchKey" });
  const Parts = [
    { PartNumber: 1, ETag: first },
    { PartNumber: 2, ETag: last.replaceAll('"', "") },
  ];
  const done = await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  expect(done).toMatchObject({
    ...at,
    ETag: ETAG,
    Location: "http://localhost:4566/bucket/big",
  });
  const read = await s3("GetObject", at);
  expect(await textOf(read.Body)).toBe(FIRST.toString("latin1") + LAST.toString("latin1"));
  expect(read).toMatchObject({
    ContentType: "text/plain",
    ContentLength: FIVE_MIB + LAST.length,
    ETag: ETAG,
    Metadata: { k: "v" },
    TagCount: 1,
  });
  await expect(s3("ListParts", upload)).rejects.toMatchObject({ code: "NoSuchUpload" });
  await s3("DeleteObject", at);
  expect(await blobs()).toBe(0);
  await clock.advance(86_400_000);
  expect(await rows()).toEqual([["s3", "bucket", "bucket"]]);
});

test("CompleteMultipartUpload: asked again, answers again", async () => {
  const { s3, upload, put } = await begin();
  const Parts = [{ PartNumber: 1, ETag: await put(1, LAST) }];
  const done = await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  expect(await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } })).toEqual(
    done,
  );
  await s3("PutObject", { ...at, Body: bodyOf("another") });
  await expect(
    s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } }),
  ).rejects.toMatchObject({ code: "NoSuchUpload" });
});

test("an object of parts: is read by range across them, and by part", async () => {
  const { s3, upload, put } = await begin();
  const Parts = [
    { PartNumber: 5, ETag: await put(5, FIRST) },
    { PartNumber: 9, ETag: await put(9, LAST) },
  ];
  await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  const across = await s3("GetObject", { ...at, Range: `bytes=${FIVE_MIB - 3}-${FIVE_MIB + 2}` });
  expect(await textOf(across.Body)).toBe(`${FIRST.subarray(-3).toString()}the`);
  const second = await s3("GetObject", { ...at, PartNumber: 2 });
  expect(await textOf(second.Body)).toBe("the end");
  expect(second).toMatchObject({
    PartsCount: 2,
    ContentRange: `bytes ${FIVE_MIB}-${FIVE_MIB + 6}/${FIVE_MIB + 7}`,
  });
  await expect(s3("HeadObject", { ...at, PartNumber: 3 })).rejects.toMatchObject({ status: 416 });
  const { CopyObjectResult: copied } = await s3("CopyObject", {
    ...{ Bucket: "bucket", Key: "copy", CopySource: "bucket/big" },
  });
  expect(copied?.ETag).toBe(`"${md5(Buffer.concat([FIRST, LAST]))}"`);
});

test("an object of parts: who reads it gets all of it, though it goes meanwhile", async () => {
  const { s3, upload, put, blobs } = await begin();
  const Parts = [
    { PartNumber: 1, ETag: await put(1, FIRST) },
    { PartNumber: 2, ETag: await put(2, FIRST) },
  ];
  await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  const [read, given] = [await s3("GetObject", at), await s3("GetObject", at)];
  await s3("DeleteObject", at);
  expect(await blobs()).toBe(2);
  expect(await textOf(read.Body)).toBe(FIRST.toString("latin1").repeat(2));
  expect(await blobs()).toBe(2);
  await given.Body?.[Symbol.asyncIterator]().return?.();
  expect(await blobs()).toBe(0);
});

test("CompleteMultipartUpload: refuses parts that do not fit", async () => {
  const { s3, upload, put } = await begin();
  const small = await put(1, LAST);
  const other = await put(2, LAST);
  const complete = (...Parts: { PartNumber: number; ETag: string }[]): Promise<unknown> =>
    s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  await expect(complete()).rejects.toMatchObject({ code: "MalformedXML" });
  await expect(
    complete({ PartNumber: 2, ETag: other }, { PartNumber: 1, ETag: small }),
  ).rejects.toMatchObject({ code: "InvalidPartOrder" });
  await expect(
    complete({ PartNumber: 1, ETag: small }, { PartNumber: 2, ETag: other }),
  ).rejects.toMatchObject({
    code: "EntityTooSmall",
    message: "Your proposed upload is smaller than the minimum allowed size",
    members: { ProposedSize: 7, MinSizeAllowed: FIVE_MIB, PartNumber: 1, ETag: md5(LAST) },
  });
  await expect(complete({ PartNumber: 7, ETag: small })).rejects.toMatchObject({
    code: "InvalidPart",
    members: { PartNumber: 7 },
  });
  await expect(complete({ PartNumber: 1, ETag: '"nope"' })).rejects.toMatchObject({
    code: "InvalidPart",
  });
  await expect(
    s3("CompleteMultipartUpload", {
      ...{ ...upload, MpuObjectSize: 8 },
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: small }] },
    }),
  ).rejects.toMatchObject({ code: "InvalidRequest" });
  await complete({ PartNumber: 1, ETag: small });
});

test("AbortMultipartUpload: nothing is left, and nothing more is taken", async () => {
  const { s3, upload, put, blobs, rows } = await begin();
  await put(1, FIRST);
  expect(await blobs()).toBe(1);
  await s3("AbortMultipartUpload", upload);
  expect(await blobs()).toBe(0);
  expect(await rows()).toEqual([["s3", "bucket", "bucket"]]);
  await expect(put(2, FIRST)).rejects.toMatchObject({
    code: "NoSuchUpload",
    status: 404,
    message:
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  });
  await expect(s3("AbortMultipartUpload", upload)).rejects.toMatchObject({ code: "NoSuchUpload" });
});

test("UploadPart: refuses part numbers that are none", async () => {
  const { put } = await begin();
  for (const number of [0, 10_001]) {
    await expect(put(number, LAST)).rejects.toMatchObject({
      code: "InvalidArgument",
      message: "Part number must be an integer between 1 and 10000, inclusive",
    });
  }
});

test("checksums of parts: composite", async () => {
  const withCrc32 = { ChecksumAlgorithm: "CRC32" };
  const { s3, upload, put } = await begin(withCrc32);
  const Parts = [
    { PartNumber: 1, ETag: await put(1, FIRST, withCrc32), ChecksumCRC32: crc32Of(FIRST) },
    { PartNumber: 2, ETag: await put(2, LAST, withCrc32), ChecksumCRC32: crc32Of(LAST) },
  ];
  await expect(put(3, LAST)).rejects.toThrow("expected checksum Type: crc32, actual");
  const [{ ETag } = {}] = Parts;
  const incomplete = { Parts: [{ PartNumber: 1, ETag }] };
  await expect(
    s3("CompleteMultipartUpload", { ...upload, MultipartUpload: incomplete }),
  ).rejects.toMatchObject({
    code: "InvalidRequest",
    message:
      "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
  });
  const raw = Parts.map(({ ChecksumCRC32 }) => Buffer.from(ChecksumCRC32, "base64"));
  const composite = `${crc32Of(Buffer.concat(raw))}-2`;
  await expect(
    s3("CompleteMultipartUpload", {
      ...upload,
      MultipartUpload: { Parts: [{ ...Parts[0], ChecksumCRC32: crc32Of(LAST) }] },
    }),
  ).rejects.toMatchObject({ code: "InvalidPart" });
  const done = await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  expect(done).toMatchObject({ ChecksumCRC32: composite, ChecksumType: "COMPOSITE" });
  expect(await s3("HeadObject", { ...at, ChecksumMode: "ENABLED" })).toMatchObject({
    ChecksumCRC32: composite,
    ChecksumType: "COMPOSITE",
  });
});

test("checksums of parts: of the whole object", async () => {
  const { s3, upload, put } = await begin({
    ...{ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" },
  });
  const Parts = [
    { PartNumber: 1, ETag: await put(1, FIRST) },
    { PartNumber: 2, ETag: await put(2, LAST) },
  ];
  const complete = (input: object): Promise<object> =>
    s3("CompleteMultipartUpload", { ...upload, ...input, MultipartUpload: { Parts } });
  await expect(complete({ ChecksumCRC32: crc32Of(LAST) })).rejects.toMatchObject({
    code: "BadDigest",
  });
  const whole = crc32Of(Buffer.concat([FIRST, LAST]));
  expect(await complete({ ChecksumCRC32: whole })).toMatchObject({
    ChecksumCRC32: whole,
    ChecksumType: "FULL_OBJECT",
  });
});

test("CreateMultipartUpload: refuses checksum types that do not exist", async () => {
  const { s3 } = await createTestBucket();
  const create = (ChecksumAlgorithm: string, ChecksumType?: string): Promise<unknown> =>
    s3("CreateMultipartUpload", { ...at, ChecksumAlgorithm, ChecksumType });
  await expect(create("SHA256", "FULL_OBJECT")).rejects.toMatchObject({ code: "InvalidRequest" });
  await expect(create("CRC64NVME", "COMPOSITE")).rejects.toMatchObject({ code: "InvalidRequest" });
  expect(await create("CRC64NVME")).toMatchObject({ ChecksumType: "FULL_OBJECT" });
  expect(await create("CRC32C")).toMatchObject({ ChecksumType: "COMPOSITE" });
});

test("UploadPartCopy: takes a range of an object as a part", async () => {
  const { s3, upload, put } = await begin();
  await s3("PutObject", { Bucket: "bucket", Key: "source", Body: bodyOf("0123456789") });
  const copy = { ...upload, PartNumber: 2, CopySource: "bucket/source" };
  const { CopyPartResult: copied } = await s3("UploadPartCopy", {
    ...{ ...copy, CopySourceRange: "bytes=2-4" },
  });
  const Parts = [
    { PartNumber: 1, ETag: await put(1, FIRST) },
    { PartNumber: 2, ETag: copied?.ETag ?? "" },
  ];
  await s3("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
  const { Body } = await s3("GetObject", { ...at, Range: "bytes=-3" });
  expect(await textOf(Body)).toBe("234");
});

test.each(["bytes=2-", "bytes=-2", "bytes=4-2", "bytes=2-10", "2-4"])(
  "UploadPartCopy: refuses the range %s",
  async (CopySourceRange) => {
    const { s3, upload } = await begin();
    await s3("PutObject", { Bucket: "bucket", Key: "source", Body: bodyOf("0123456789") });
    const copy = { ...upload, PartNumber: 1, CopySource: "bucket/source", CopySourceRange };
    await expect(s3("UploadPartCopy", copy)).rejects.toMatchObject({ code: "InvalidArgument" });
  },
);

test("ListParts: pages of parts", async () => {
  const { s3, upload, put } = await begin();
  for (const number of [1, 2, 10]) {
    await put(number, LAST);
  }
  const first = await s3("ListParts", { ...upload, MaxParts: 2 });
  expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2", MaxParts: 2 });
  expect(first.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
  expect(first.Parts?.[0]).toMatchObject({ ETag: `"${md5(LAST)}"`, Size: 7 });
  const rest = await s3("ListParts", { ...upload, PartNumberMarker: "2" });
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([10]);
  expect(rest.IsTruncated).toBe(false);
});

test("ListMultipartUploads: pages of uploads, several of one key among them", async () => {
  const { s3 } = await createTestBucket();
  for (const Key of ["a/1", "b", "b", "b", "c"]) {
    await s3("CreateMultipartUpload", { Bucket: "bucket", Key });
  }
  const keys: (string | undefined)[] = [];
  let markers: object = {};
  for (let page = 0; page < 3; page += 1) {
    const output = await s3("ListMultipartUploads", {
      ...{ Bucket: "bucket", MaxUploads: 2, Delimiter: "/", ...markers },
    });
    keys.push(...(output.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    keys.push(...(output.Uploads ?? []).map(({ Key }) => Key));
    expect(output.IsTruncated).toBe(page < 2);
    markers = { KeyMarker: output.NextKeyMarker, UploadIdMarker: output.NextUploadIdMarker };
  }
  expect(keys).toEqual(["a/", "b", "b", "b", "c"]);
});
