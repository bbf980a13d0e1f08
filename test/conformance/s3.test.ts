import { Readable } from "node:stream";
import {
  BucketAlreadyOwnedByYou,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
  waitUntilBucketExists,
  waitUntilObjectExists,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { pagesOf, startEngine } from "./engine.ts";

const engine = await startEngine();
const s3 = new S3Client(engine.config);
const Bucket = "things";
const PART_SIZE_MIN = 5 * 1024 * 1024;

await s3.send(new CreateBucketCommand({ Bucket }));
await waitUntilBucketExists({ client: s3, maxWaitTime: 10 }, { Bucket });

async function textOf(Key: string, Range?: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Body?.transformToString();
}

test("objects: are put whole and as streams, read in part, copied and described", async () => {
  const Key = "a folder/ü+1 %.txt";
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: "hello world",
      ContentType: "text/plain",
      Metadata: { owner: "me" },
    }),
  );
  expect(put.ETag).toBe('"5eb63bbbe01eeed093cb22bb8f5acdc3"');
  expect(await textOf(Key)).toBe("hello world");
  expect(await textOf(Key, "bytes=-5")).toBe("world");
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({
    ContentLength: 11,
    ContentType: "text/plain",
    Metadata: { owner: "me" },
    ETag: put.ETag,
  });
  const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
  expect(await textOf("copy")).toBe("hello world");
  const upload = () =>
    new PutObjectCommand({
      ...{ Bucket, Key: "stream", Body: Readable.from(["ab", "cd"]), ContentLength: 4 },
    });
  await expect(s3.send(upload())).rejects.toThrow("a size less than 8192 bytes");
  const buffering = new S3Client({ ...engine.config, requestStreamBufferSize: 64 * 1024 });
  await buffering.send(upload());
  await waitUntilObjectExists({ client: s3, maxWaitTime: 10 }, { Bucket, Key: "stream" });
  expect(await textOf("stream")).toBe("abcd");
});

test("multipart uploads: become one object", async () => {
  const Key = "large";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const bodies = [Buffer.alloc(PART_SIZE_MIN, "a"), Buffer.from("end")];
  const Parts = await Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = index + 1;
      const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
      return { PartNumber, ETag: (await s3.send(part)).ETag };
    }),
  );
  const completed = await s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  expect(completed.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  expect(await textOf(Key, `bytes=${PART_SIZE_MIN - 1}-`)).toBe("aend");
});

test("listings: have pages and folders, and objects go in batches", async () => {
  const keys = ["list/1", "list/2", "list/sub/3", "list/sub/4"];
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  }
  const list = (input: object, pageSize: number) =>
    pagesOf(paginateListObjectsV2({ client: s3, pageSize }, { Bucket, Prefix: "list/", ...input }));
  const all = await list({}, 3);
  expect(all.map(({ Contents = [] }) => Contents.map(({ Key }) => Key))).toEqual([
    keys.slice(0, 3),
    keys.slice(3),
  ]);
  const [folders] = await list({ Delimiter: "/" }, 10);
  expect(folders?.CommonPrefixes).toEqual([{ Prefix: "list/sub/" }]);
  expect(folders?.Contents).toHaveLength(2);
  const { Deleted } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
});

test("errors: are the classes of the SDK", async () => {
  const missing = { Bucket, Key: "missing" };
  await expect(s3.send(new GetObjectCommand(missing))).rejects.toThrow(NoSuchKey);
  await expect(s3.send(new HeadObjectCommand(missing))).rejects.toThrow(NotFound);
  await expect(s3.send(new GetObjectCommand({ Bucket: "nowhere", Key: "a" }))).rejects.toThrow(
    NoSuchBucket,
  );
  await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toThrow(
    BucketAlreadyOwnedByYou,
  );
  await s3.send(new PutObjectCommand({ ...missing, Key: "there", Body: "x" }));
  await expect(
    s3.send(new PutObjectCommand({ ...missing, Key: "there", Body: "y", IfNoneMatch: "*" })),
  ).rejects.toMatchObject({ name: "PreconditionFailed", $metadata: { httpStatusCode: 412 } });
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: "BucketNotEmpty",
    $metadata: { httpStatusCode: 409 },
  });
});
