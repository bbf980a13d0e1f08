/**
 * Multipart uploads.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import { createHash } from "node:crypto";
import type { Blobs } from "../../store/blobs.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Grants } from "./acl.ts";
import {
  type ChecksumInput,
  type ChecksumName,
  type ChecksumType,
  checksumName,
  type StoredChecksum,
  type WantedChecksum,
  wantedChecksum,
} from "./checksum.ts";
import { drop, type Piece } from "./content.ts";
import type { ObjectEncryption } from "./encryption.ts";
import { invalidArgument, invalidRequest, noSuchUpload } from "./errors.ts";
import { parts, uploads } from "./keys.ts";
import { PART_NUMBER_MAX } from "./limits.ts";
import type { ObjectAttributes } from "./object.ts";
import type { ObjectLock } from "./object-lock.ts";
import type { Tags } from "./tags.ts";

export interface Upload extends ObjectAttributes {
  readonly initiatedMs: number;
  readonly accountId: string;
  readonly tags: Tags;
  readonly encryption: ObjectEncryption;
  readonly lock: ObjectLock;
  readonly grants: Grants | undefined;
  /** The checksum that its parts have, and the object will. */
  readonly checksum: { readonly name: ChecksumName; readonly type: ChecksumType } | undefined;
}

export interface Part {
  readonly piece: Piece;
  readonly md5: string;
  readonly modifiedMs: number;
  readonly checksum: StoredChecksum | undefined;
  /** Where the upload has no checksum of its own: that of the object follows from these; base64. */
  readonly crc64: string | undefined;
}

/** An upload that was completed: who repeats the request gets the same answer. */
export interface Completion {
  readonly etag: string;
  /** Of the parts that were named, as they were. */
  readonly partEtags: readonly string[];
  readonly versionOrder: string;
}

/** Removes what is remembered of a completed upload. */
export const COMPLETION_TIMER = "s3.completed";
export const COMPLETION_KEPT_MS = 86_400_000;

/** What an operation on an upload names it by. */
export interface UploadInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

export function requireUpload(tx: ReadTx, input: UploadInput): Upload {
  const upload = uploads.get(tx, [input.Bucket, input.Key, input.UploadId]);
  if (upload === undefined) {
    throw noSuchUpload(input.UploadId);
  }
  return upload;
}

/** Removes an upload; of its parts those that `isKept` says become the object's stay. */
export function removeUpload(
  tx: WriteTx,
  blobs: Blobs,
  input: UploadInput,
  isKept: (partNumber: number) => boolean = () => false,
): void {
  for (const { id, record } of parts.list(tx, { prefix: [input.UploadId] })) {
    if (!isKept(id[1] as number)) {
      drop(tx, blobs, [record.piece]);
    }
    parts.delete(tx, id);
  }
  uploads.delete(tx, [input.Bucket, input.Key, input.UploadId]);
}

export function checkPartNumber(partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > PART_NUMBER_MAX) {
    throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", {
      name: "partNumber",
      value: partNumber,
    });
  }
}

/** Composite unless said otherwise, but for CRC64NVME, which has no such form. */
export function uploadChecksum(input: {
  readonly ChecksumAlgorithm?: string | undefined;
  readonly ChecksumType?: string | undefined;
}): Upload["checksum"] {
  if (input.ChecksumAlgorithm === undefined) {
    return undefined;
  }
  const name = checksumName(input.ChecksumAlgorithm);
  const isWhole = name === "CRC64NVME";
  const type = input.ChecksumType ?? (isWhole ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible = type === "FULL_OBJECT" ? name.startsWith("CRC") : !isWhole;
  if ((type !== "COMPOSITE" && type !== "FULL_OBJECT") || !isPossible) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
    );
  }
  return { name, type };
}

/**
 * Parts have the checksum of their upload, and no other; those whose checksums are made into one
 * bring it along.
 * Source: https://github.com/versity/versitygw/issues/1342
 */
export function uploadedPartChecksum(
  upload: Upload,
  input: ChecksumInput,
): WantedChecksum | undefined {
  if (upload.checksum?.type === "COMPOSITE" && wantedChecksum(input) === undefined) {
    throw mismatch(upload.checksum.name, undefined);
  }
  return partChecksum(upload, input);
}

/** The same for a part that is a copy, which brings none. */
export function partChecksum(upload: Upload, input: ChecksumInput): WantedChecksum | undefined {
  const wanted = wantedChecksum(input);
  if (upload.checksum === undefined) {
    return wanted;
  }
  if (wanted !== undefined && wanted.name !== upload.checksum.name) {
    throw mismatch(upload.checksum.name, wanted.name);
  }
  return { name: upload.checksum.name, expected: wanted?.expected };
}

function mismatch(expected: ChecksumName, actual: ChecksumName | undefined): Error {
  const [a, b] = [expected.toLowerCase(), actual?.toLowerCase() ?? "null"];
  return invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${a}, actual checksum Type: ${b}`,
  );
}

/** The MD5 of the parts' MD5s, then their number. */
export function multipartEtag(md5s: readonly string[]): string {
  const md5 = createHash("md5");
  for (const part of md5s) {
    md5.update(Buffer.from(part, "hex"));
  }
  return `${md5.digest("hex")}-${md5s.length}`;
}
