/**
 * The engine is killed (`kill -9`) again and again while objects are put, deleted, versioned and
 * uploaded in parts. What was acknowledged is there, whole and in its order; what was not is whole or
 * not there at all, and leaves no file; every committed write is told once, and nothing else is.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createSeededRandom } from "../../src/platform/random.ts";
import { INLINE_BYTES_MAX } from "../../src/services/s3/limits.ts";
import { clientConfig } from "../client-config.ts";
import { eventually } from "../examples/eventually.ts";
import { crashSite, drained } from "./crash-site.ts";
import { killsOr, SEED } from "./replay.ts";
import {
  contentOf,
  md5,
  uploadedContent,
  type Versions,
  type Written,
  writePlain,
  writeUploads,
  writeVersions,
} from "./s3-writers.ts";

const KILLS = killsOr(3);
const KILL_EVERY_MS = 1_200;
const SETTLE_MS_MAX = 60_000;
const TEST_MS_MAX = SETTLE_MS_MAX + KILLS * 10_000;
const KEYS = ["a", "b", "c"];
const clock = createSystemClock();
const site = crashSite("s3");

interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
}

function clientsOf(endpoint: string): Clients {
  const config = { ...clientConfig(endpoint), maxAttempts: 1 };
  return { s3: new S3Client({ ...config, forcePathStyle: true }), sqs: new SQSClient(config) };
}

async function setUp({ s3, sqs }: Clients): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "told" }));
  const QueueArn = "arn:aws:sqs:us-east-1:000000000000:told";
  const QueueConfigurations = [{ QueueArn, Events: ["s3:ObjectCreated:*" as const] }];
  for (const Bucket of ["plain", "kept"]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations },
      }),
    );
  }
  await s3.send(
    new PutBucketVersioningCommand({
      Bucket: "kept",
      VersioningConfiguration: { Status: "Enabled" },
    }),
  );
  return QueueUrl;
}

interface Told {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly sequencer: string;
}

interface S3Record {
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly eTag: string;
      readonly versionId?: string;
      readonly sequencer: string;
    };
  };
}

async function toldOf({ sqs }: Clients, QueueUrl: string): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const { Body = "" } of await drained(sqs, QueueUrl)) {
    const { Records = [] } = JSON.parse(Body) as { readonly Records?: readonly S3Record[] };
    for (const { s3 } of Records) {
      const { key, eTag: etag, versionId, sequencer } = s3.object;
      told.push({ bucket: s3.bucket.name, key, etag, versionId, sequencer });
    }
  }
  return told.sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
}

async function contentAt({ s3 }: Clients, Bucket: string, Key: string, VersionId?: string) {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), etag: ETag };
  } catch (error) {
    expect((error as Error).name).toBe("NoSuchKey");
    return undefined;
  }
}

async function checkPlain(clients: Clients, { possible }: Written): Promise<void> {
  for (const [key, outcomes] of possible) {
    const found = await contentAt(clients, "plain", key);
    const wanted = outcomes.map((n) => (n === undefined ? undefined : md5(contentOf(key, n))));
    expect([key, wanted]).toEqual([key, expect.arrayContaining([found && md5(found.bytes)])]);
    expect(found?.etag).toBe(found && `"${md5(found.bytes)}"`);
  }
}

/** All versions and markers of a key, the oldest first. */
async function versionsAt({ s3 }: Clients, Prefix: string) {
  const found: { readonly id: string; readonly version: ObjectVersion | undefined }[] = [];
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: "kept", Prefix, ...next }));
    const { Versions: versions = [], DeleteMarkers: markers = [] } = page;
    found.push(...versions.map((version) => ({ id: version.VersionId ?? "", version })));
    found.push(...markers.map(({ VersionId = "" }) => ({ id: VersionId, version: undefined })));
    next =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  } while (next !== undefined);
  // Ids sort as their places do: the newest first.
  return found.sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Returns the ids of the versions that are objects. */
async function checkVersions(clients: Clients, versions: Versions): Promise<readonly string[]> {
  const { key, ids, nById, tried } = versions;
  const found = await versionsAt(clients, key);
  expect(found.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
  let last = 0;
  const objects = found.filter(({ version }) => version !== undefined);
  for (const { id } of objects) {
    const content = await contentAt(clients, "kept", key, id);
    const n = Number(/:(\d+);/.exec(content?.bytes.toString("latin1", 0, 40) ?? "")?.[1]);
    expect(content && md5(content.bytes)).toBe(md5(contentOf(key, n)));
    expect([n > last, tried.has(n), nById.get(id) ?? n]).toEqual([true, true, n]);
    last = n;
  }
  return objects.map(({ id }) => id);
}

async function checkUploads(clients: Clients, uploads: ReadonlyMap<string, string>): Promise<void> {
  for (const [key, etag] of uploads) {
    const found = await contentAt(clients, "plain", key);
    expect(found?.etag).toBe(etag);
    expect(found && md5(found.bytes)).toBe(md5(uploadedContent(key)));
  }
}

/** Each committed write is told once, in the order of the writes, and nothing else is. */
function checkTold(
  told: readonly Told[],
  facts: {
    readonly written: Written;
    readonly versionIds: readonly string[];
    readonly uploads: ReadonlyMap<string, string>;
  },
): void {
  const { written, versionIds, uploads } = facts;
  const kept = told.filter(({ bucket }) => bucket === "kept").map(({ versionId }) => versionId);
  expect([...kept].sort()).toEqual([...versionIds].sort());
  const plain = told.filter(({ bucket }) => bucket === "plain");
  const uploaded = plain.filter(({ key }) => uploads.has(key));
  expect(uploaded.map(({ key, etag }) => [key, `"${etag}"`])).toEqual([...uploads]);
  const byContent = new Map(
    [...written.tried].map((write) => {
      const [key = "", n] = write.split(":");
      return [md5(contentOf(key, Number(n))), write];
    }),
  );
  const put = plain.filter(({ key }) => KEYS.includes(key)).map(({ etag }) => byContent.get(etag));
  expect(put).toEqual([...written.tried].filter((write) => put.includes(write)));
  expect([...written.acknowledged].filter((write) => !put.includes(write))).toEqual([]);
}

/** Uploads that began without an answer; their parts go with them. */
async function abortUploads({ s3 }: Clients): Promise<void> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: "plain" }));
  for (const { Key, UploadId } of Uploads) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket: "plain", Key, UploadId }));
  }
}

/** How many files the objects need that are there. */
async function filesNeeded(
  clients: Clients,
  versioned: readonly string[],
  uploads: number,
): Promise<number> {
  let count = uploads * 2;
  for (const Key of KEYS) {
    const head = await clients.s3
      .send(new HeadObjectCommand({ Bucket: "plain", Key }))
      .catch(() => undefined);
    count += (head?.ContentLength ?? 0) > INLINE_BYTES_MAX ? 1 : 0;
  }
  for (const key of versioned) {
    const found = await versionsAt(clients, key);
    count += found.filter(({ version }) => (version?.Size ?? 0) > INLINE_BYTES_MAX).length;
  }
  return count;
}

function filesThere(): number {
  return readdirSync(path.join(site.directory, "blobs"), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile()).length;
}

test(`kill -9, ${KILLS} times: objects are whole or not there, and told when they are`, {
  timeout: TEST_MS_MAX,
}, async () => {
  const { engine, random } = await site.begin(KILLS);
  const clients = clientsOf(engine.endpoint);
  const queueUrl = await setUp(clients);
  const stopping = new AbortController();
  const writing = (seed: number) => ({
    ...{ s3: clients.s3, random: createSeededRandom(SEED + seed), stop: stopping.signal },
  });
  const all = Promise.all([
    writePlain(writing(1), KEYS),
    Promise.all(["v", "w"].map((key, at) => writeVersions(writing(2 + at), key))),
    writeUploads(writing(4)),
  ]);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await clock.sleepUntil(clock.nowMs() + random.next() * KILL_EVERY_MS);
    await engine.crash();
  }
  stopping.abort();
  const [written, versions, uploads] = await all;
  expect([written.acknowledged.size > 0, uploads.size > 0]).toEqual([true, true]);

  await checkPlain(clients, written);
  const versionIds: string[] = [];
  for (const one of versions) {
    versionIds.push(...(await checkVersions(clients, one)));
  }
  await checkUploads(clients, uploads);
  checkTold(await toldOf(clients, queueUrl), { written, versionIds, uploads });
  await abortUploads(clients);
  const needed = await filesNeeded(clients, ["v", "w"], uploads.size);
  await eventually({ what: `${needed} files to be left`, withinMs: SETTLE_MS_MAX }, async () =>
    filesThere() === needed ? true : undefined,
  );
});
