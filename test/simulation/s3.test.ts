/**
 * Objects over a store whose commits fail, before or after they took effect, each of which ends the
 * life of the engine; and over files, which outlive it. After each death every key has what its last
 * write left or, where nobody heard the answer, what was there before; every file belongs to an
 * object, a version or a part; and each created object was told once.
 *
 * `MILLRACE_SEED` picks what happens; a failure prints it.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFailed, onTestFinished, test } from "vitest";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { createMemoryLog } from "../../src/platform/log.ts";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import type { Piece } from "../../src/services/s3/content.ts";
import { objects, parts, versions } from "../../src/services/s3/keys.ts";
import { createS3 } from "../../src/services/s3/service.ts";
import { isDeleteMarker } from "../../src/services/s3/version.ts";
import { createDiskBlobs } from "../../src/store/disk-blobs.ts";
import type { ReadTx, Store } from "../../src/store/store.ts";
import { createRecordingSink, takeRecorded } from "../../src/testing/recording-sink.ts";
import { bodyOf, textOf } from "../../src/testing/s3-fixture.ts";
import { type ServiceCaller, serviceCaller } from "../../src/testing/service-harness.ts";
import { createTestStore, type TestStore } from "../../src/testing/test-store.ts";
import type { AwsError } from "../../src/wire/aws-error.ts";
import { SEED } from "../seed.ts";
import { createFaultyStore, EngineDied, type FaultyStore } from "./faulty-store.ts";

const STEPS = 400;
const FAULT_CHANCE = 0.08;
const KEYS = ["a", "b", "c"];
const KIB = 1024;
/** Rows, and files. */
const SIZES = [10, 64 * KIB, 64 * KIB + 1, 200 * KIB];
const Bucket = "bucket";

interface Life {
  readonly s3: ServiceCaller<"s3">;
  readonly store: FaultyStore;
}

class World {
  readonly test: TestStore = createTestStore({ seed: SEED });
  readonly directory: string = mkdtempSync(path.join(tmpdir(), "millrace-s3-simulation-"));
  readonly random: Random = createSeededRandom(SEED);
  /** What is under each key. */
  readonly contents = new Map<string, string | undefined>();
  deaths = 0;
  faultChance = 0;
  #serial = 0;
  #life: Life | undefined;

  get store(): Store {
    return this.test.store;
  }

  /** The engine that lives; another one when the last has died, which may die as it begins. */
  async life(): Promise<Life> {
    while (this.#life === undefined || this.#life.store.isDead) {
      try {
        this.#life = await this.#begin();
      } catch (error) {
        expect(error).toBeInstanceOf(EngineDied);
      }
    }
    return this.#life;
  }

  async #begin(): Promise<Life> {
    const { random, clock } = this.test;
    const store = createFaultyStore({
      ...{ inner: this.store, random: this.random, faultChance: () => this.faultChance },
      onDeath: () => {
        this.deaths += 1;
      },
    });
    const core = { store, clock, random, log: createMemoryLog() };
    const { directory } = this;
    const blobs = await createDiskBlobs({ ...core, directory, durability: "relaxed" });
    const sinks = { sqs: createRecordingSink() };
    const service = createS3({ ...core, blobs, sinks, dispatcher: {} as Dispatcher });
    return { store, s3: serviceCaller<"s3">(service, clock) };
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random.next() * items.length)] as T;
  }

  newContent(): string {
    this.#serial += 1;
    return `${this.#serial};`.padEnd(this.pick(SIZES), "x");
  }

  /** What a write leaves under a key; one whose answer was lost may have happened or not. */
  async write(key: string, after: string | undefined, act: (s3: Life["s3"]) => Promise<unknown>) {
    const { s3 } = await this.life();
    try {
      await act(s3);
      this.contents.set(key, after);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineDied);
      const found = await this.contentOf(key);
      expect([this.contents.get(key), after]).toContain(found);
      this.contents.set(key, found);
    }
  }

  async contentOf(Key: string): Promise<string | undefined> {
    const { s3 } = await this.life();
    try {
      return await textOf((await s3("GetObject", { Bucket, Key })).Body);
    } catch (error) {
      expect((error as AwsError).code).toBe("NoSuchKey");
      return undefined;
    }
  }
}

/** Of all rows that own content: the files, as often as each is owned. */
function ownedFiles(tx: ReadTx): readonly string[] {
  const pieces: Piece[] = [];
  for (const { record } of objects.list(tx)) {
    pieces.push(...record.pieces);
  }
  for (const { record } of versions.list(tx)) {
    pieces.push(...(isDeleteMarker(record) ? [] : record.pieces));
  }
  for (const { record } of parts.list(tx)) {
    pieces.push(record.piece);
  }
  return pieces.flatMap((piece) => ("blobId" in piece ? [piece.blobId] : [])).sort();
}

function filesIn(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
}

/** Nothing that was released is left to be removed. */
async function settled({ store }: World): Promise<void> {
  const isLeft = () =>
    store.read((tx) => [...tx.range({ prefix: ["blob-released"], limit: 1 })].length > 0);
  while (await isLeft()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function check(world: World): Promise<void> {
  const chance = world.faultChance;
  world.faultChance = 0;
  await world.life();
  await settled(world);
  const owned = await world.store.read(ownedFiles);
  expect(filesIn(world.directory)).toEqual([...new Set(owned)]);
  for (const key of KEYS) {
    expect(await world.contentOf(key)).toBe(world.contents.get(key));
  }
  world.faultChance = chance;
}

async function putPart(world: World, key: string): Promise<void> {
  const content = world.newContent();
  await world.write(key, content, async (s3) => {
    const { UploadId = "" } = await s3("CreateMultipartUpload", { Bucket, Key: key });
    const upload = { Bucket, Key: key, UploadId };
    const part = { ...upload, PartNumber: 1 };
    await s3("UploadPart", { ...part, Body: bodyOf(world.newContent()) });
    const { ETag } = await s3("UploadPart", { ...part, Body: bodyOf(content) });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3("CompleteMultipartUpload", { ...upload, MultipartUpload });
  });
}

async function step(world: World): Promise<void> {
  const key = world.pick(KEYS);
  const at = { Bucket, Key: key };
  const chance = world.random.next();
  if (chance < 0.5) {
    const content = world.newContent();
    await world.write(key, content, (s3) => s3("PutObject", { ...at, Body: bodyOf(content) }));
  } else if (chance < 0.65) {
    await world.write(key, undefined, (s3) => s3("DeleteObject", at));
  } else if (chance < 0.8) {
    await putPart(world, key);
  } else {
    const from = world.pick(KEYS.filter((one) => one !== key));
    if (world.contents.get(from) !== undefined) {
      const copy = { ...at, CopySource: `${Bucket}/${from}` };
      await world.write(key, world.contents.get(from), (s3) => s3("CopyObject", copy));
    }
  }
}

async function begin(versioning: boolean): Promise<World> {
  const world = new World();
  onTestFinished(() => rmSync(world.directory, { recursive: true }));
  const { s3 } = await world.life();
  await s3("CreateBucket", { Bucket });
  if (versioning) {
    const VersioningConfiguration = { Status: "Enabled" };
    await s3("PutBucketVersioning", { Bucket, VersioningConfiguration });
  }
  const QueueArn = "arn:aws:sqs:us-east-1:000000000000:told";
  const NotificationConfiguration = {
    QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*"] }],
  };
  await s3("PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration });
  await takeRecorded(world.store);
  return world;
}

test.each([false, true])("objects outlive the engine, versioning: %s", async (versioning) => {
  onTestFailed(() => {
    process.stderr.write(
      `replay: MILLRACE_SEED=${SEED} npx vitest run test/simulation/s3.test.ts\n`,
    );
  });
  const world = await begin(versioning);
  world.faultChance = FAULT_CHANCE;
  for (let count = 0; count < STEPS; count += 1) {
    const { deaths } = world;
    await step(world);
    if (world.deaths > deaths || count % 50 === 0) {
      await check(world);
    }
  }
  await check(world);
  expect(world.deaths).toBeGreaterThan(5);
  const told = await takeRecorded(world.store);
  const ids = told.map(({ envelope }) => sequencerOf(envelope.payload));
  expect(new Set(ids).size).toBe(told.length);
  if (versioning) {
    const { s3 } = await world.life();
    const { Versions = [] } = await s3("ListObjectVersions", { Bucket, MaxKeys: 1_000 });
    expect(told.map(({ envelope }) => versionOf(envelope.payload)).sort()).toEqual(
      Versions.map(({ VersionId }) => VersionId).sort(),
    );
  }
});

interface Told {
  readonly Records: readonly [
    {
      readonly s3: { readonly object: { readonly sequencer: string; readonly versionId: string } };
    },
  ];
}

function sequencerOf(payload: string): string {
  return (JSON.parse(payload) as Told).Records[0].s3.object.sequencer;
}

function versionOf(payload: string): string {
  return (JSON.parse(payload) as Told).Records[0].s3.object.versionId;
}
