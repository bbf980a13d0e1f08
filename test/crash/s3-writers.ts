/**
 * Who writes objects while the engine is killed, and knows what must be there in the end.
 *
 * A write that was not acknowledged may have happened or not; the next acknowledged one of the same
 * key settles it.
 */
import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import { eventually } from "../examples/eventually.ts";

const KIB = 1024;
/** A row, a blob of one chunk, a blob of several. */
const SIZES = [200, 100 * KIB, 1_300 * KIB];
const PART_SIZES = [5 * KIB ** 2, 5 * KIB ** 2, KIB];
const DELETE_CHANCE = 0.2;
const PAUSE_MS = 5;
const PATIENCE_MS = 60_000;
const clock = createSystemClock();

export interface Writing {
  readonly s3: S3Client;
  readonly random: Random;
  readonly stop: AbortSignal;
}

/** The content of the n-th write of a key: no two are the same. */
export function contentOf(key: string, n: number): Buffer {
  return Buffer.alloc(SIZES[n % SIZES.length] ?? 0, `${key}:${n};`);
}

function partOf(key: string, part: number): Buffer {
  return Buffer.alloc(PART_SIZES[part] ?? 0, `${key}/${part};`);
}

export function uploadedContent(key: string): Buffer {
  return Buffer.concat(PART_SIZES.map((_, part) => partOf(key, part)));
}

export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** What may be under a key: the n of the last write, or nothing. */
export type Possible = readonly (number | undefined)[];

export interface Written {
  /** By key: the outcomes that acknowledged and other writes leave open. */
  readonly possible: Map<string, Possible>;
  /** `key:n` of every put that was tried, and of those whose answer came. */
  readonly tried: Set<string>;
  readonly acknowledged: Set<string>;
}

/** Puts and deletes one key after the other. */
export async function writePlain(writing: Writing, keys: readonly string[]): Promise<Written> {
  const { s3, random, stop } = writing;
  const written: Written = { possible: new Map(), tried: new Set(), acknowledged: new Set() };
  for (let n = 1; !stop.aborted; n += 1) {
    const Key = keys[Math.floor(random.next() * keys.length)] ?? "";
    const at = { Bucket: "plain", Key };
    const isDelete = random.next() < DELETE_CHANCE;
    const outcome = isDelete ? undefined : n;
    if (!isDelete) {
      written.tried.add(`${Key}:${n}`);
    }
    try {
      await (isDelete
        ? s3.send(new DeleteObjectCommand(at))
        : s3.send(new PutObjectCommand({ ...at, Body: contentOf(Key, n) })));
      written.possible.set(Key, [outcome]);
      if (!isDelete) {
        written.acknowledged.add(`${Key}:${n}`);
      }
    } catch {
      written.possible.set(Key, [...(written.possible.get(Key) ?? [undefined]), outcome]);
    }
    await clock.sleepUntil(clock.nowMs() + PAUSE_MS);
  }
  return written;
}

export interface Versions {
  readonly key: string;
  /** The ids of acknowledged versions and markers, the oldest first. */
  readonly ids: string[];
  readonly nById: Map<string, number>;
  readonly tried: Set<number>;
}

/** Puts versions of one key, with a delete marker now and then. */
export async function writeVersions(writing: Writing, key: string): Promise<Versions> {
  const { s3, random, stop } = writing;
  const versions: Versions = { key, ids: [], nById: new Map(), tried: new Set() };
  const at = { Bucket: "kept", Key: key };
  for (let n = 1; !stop.aborted; n += 1) {
    const isDelete = random.next() < DELETE_CHANCE;
    if (!isDelete) {
      versions.tried.add(n);
    }
    try {
      const { VersionId = "" } = await (isDelete
        ? s3.send(new DeleteObjectCommand(at))
        : s3.send(new PutObjectCommand({ ...at, Body: contentOf(key, n) })));
      versions.ids.push(VersionId);
      if (!isDelete) {
        versions.nById.set(VersionId, n);
      }
    } catch {
      // It may be among the versions or not.
    }
    await clock.sleepUntil(clock.nowMs() + PAUSE_MS);
  }
  return versions;
}

/** Uploads in parts, each step until it is acknowledged; returns keys and their entity tags. */
export async function writeUploads(writing: Writing): Promise<ReadonlyMap<string, string>> {
  const done = new Map<string, string>();
  for (let number = 0; !writing.stop.aborted; number += 1) {
    const key = `upload${number}`;
    done.set(key, await uploadOne(writing, key));
  }
  return done;
}

async function uploadOne({ s3 }: Writing, Key: string): Promise<string> {
  const insist = <T>(what: string, call: () => Promise<T>): Promise<T> =>
    eventually({ what, withinMs: PATIENCE_MS }, call);
  const at = { Bucket: "plain", Key };
  const { UploadId } = await insist("an upload to begin", () =>
    s3.send(new CreateMultipartUploadCommand(at)),
  );
  const place = { ...at, UploadId };
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (const [index] of PART_SIZES.entries()) {
    const PartNumber = index + 1;
    const part = { ...place, PartNumber, Body: partOf(Key, index) };
    const { ETag } = await insist("a part to be taken", () => s3.send(new UploadPartCommand(part)));
    Parts.push({ PartNumber, ETag });
    const { Parts: listed = [] } = await insist("parts to be listed", () =>
      s3.send(new ListPartsCommand(place)),
    );
    const known = listed.map(({ PartNumber: number, ETag: etag }) => `${number} ${etag}`);
    const lost = Parts.filter((one) => !known.includes(`${one.PartNumber} ${one.ETag}`));
    if (lost.length > 0) {
      throw new Error(`acknowledged parts of ${Key} are gone: ${JSON.stringify(lost)}`);
    }
  }
  const complete = { ...place, MultipartUpload: { Parts } };
  const { ETag = "" } = await insist("an upload to be completed", () =>
    s3.send(new CompleteMultipartUploadCommand(complete)),
  );
  return ETag;
}
