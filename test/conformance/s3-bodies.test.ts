/** Bodies that are refused before they have come, that break off, and that say what is not so. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const s3 = new S3Client({ ...engine.config, forcePathStyle: true });
const Bucket = "bodies";
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
await s3.send(new CreateBucketCommand({ Bucket }));

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
  readonly method?: string;
}

/** Whatever the headers say, and no more than the body: the answer may come before all is sent. */
async function send({ path, headers, body, method = "PUT" }: Sent): Promise<[number, string]> {
  const { port } = engine;
  const sending = request({ host: "127.0.0.1", port, method, path, headers });
  sending.write(body);
  if (Number(headers["content-length"]) === body.length) {
    sending.end();
  }
  const [response] = await once(sending, "response");
  const answer: [number, string] = [response.statusCode, await text(response)];
  sending.destroy();
  return answer;
}

test("what says that it is too large is refused at once", async () => {
  const headers = { "content-length": 6 * GIB };
  const [status, answer] = await send({ path: "/bodies/key", headers, body: Buffer.alloc(1_000) });
  expect([status, answer]).toEqual([
    400,
    expect.stringContaining(`<ProposedSize>${6 * GIB}</ProposedSize>`),
  ]);
});

test("what nobody reads is read away: the refusal arrives, and the connection goes on", async () => {
  const body = Buffer.alloc(20 * MIB);
  const headers = { "content-length": body.length };
  expect(await send({ path: "/missing/key", headers, body })).toEqual([
    404,
    expect.stringContaining("<Code>NoSuchBucket</Code>"),
  ]);
  const put = s3.send(new PutObjectCommand({ Bucket: "missing", Key: "key", Body: body }));
  await expect(put).rejects.toMatchObject({ name: "NoSuchBucket" });
  expect(await keys()).toEqual([]);
});

test("a form that grows beyond its policy is refused, not cut off", async () => {
  const policy = Buffer.from(
    JSON.stringify({
      expiration: "2126-01-01T00:00:00Z",
      conditions: [{ bucket: Bucket }, { key: "form" }, ["content-length-range", 0, 10]],
    }),
  ).toString("base64");
  const form = new FormData();
  form.set("key", "form");
  form.set("policy", policy);
  form.set("file", new Blob([Buffer.alloc(8 * MIB)]));
  const posted = await fetch(`${engine.endpoint}/bodies`, { method: "POST", body: form });
  expect([posted.status, await posted.text()]).toEqual([
    400,
    expect.stringContaining("<Code>EntityTooLarge</Code>"),
  ]);
});

test("what breaks off changes nothing", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "before" }));
  const { port } = engine;
  const headers = { "content-length": MIB };
  const sending = request({ host: "127.0.0.1", port, method: "PUT", path: "/bodies/key", headers });
  sending.on("error", () => undefined);
  await new Promise((resolve) => sending.write(Buffer.alloc(MIB / 2), resolve));
  sending.destroy();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "key" }));
  expect(await Body?.transformToString()).toBe("before");
});

test("digests and chunks that are not so are refused with what was expected", async () => {
  const body = Buffer.from("hello");
  const put = (headers: Sent["headers"], content: Uint8Array = body) =>
    send({
      path: "/bodies/key",
      headers: { "content-length": content.length, ...headers },
      body: content,
    });
  const other = createHash("md5").update("other").digest();
  expect(await put({ "content-md5": other.toString("base64") })).toEqual([
    400,
    expect.stringContaining(`<ExpectedDigest>${other.toString("hex")}</ExpectedDigest>`),
  ]);
  const streaming = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": 5,
  };
  const chunked = (chunks: string) => put(streaming, Buffer.from(chunks.replaceAll("|", "\r\n")));
  expect((await chunked("5|hello|0||"))[0]).toBe(200);
  const refusals = [
    ["3|hello|0||", 400, "<Code>IncompleteBody</Code>"],
    ["5|hello", 400, "<Code>IncompleteBody</Code>"],
    ["4|hell|0||", 400, "<Code>IncompleteBody</Code>"],
    ["3|hel|2|lo|0||", 403, "<Chunk>2</Chunk><BadChunkSize>3</BadChunkSize>"],
  ] as const;
  for (const [chunks, status, answer] of refusals) {
    expect(await chunked(chunks)).toEqual([status, expect.stringContaining(answer)]);
  }
});

async function keys(): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
}
