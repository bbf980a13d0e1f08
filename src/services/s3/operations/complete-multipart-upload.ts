import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { CompletedPart } from "../../../wire/models/s3.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { objectLocation } from "../../../wire/s3-host.ts";
import { type Bucket, requireBucket } from "../bucket.ts";
import {
  type ChecksumName,
  checksumFields,
  compositeChecksum,
  DEFAULT_CHECKSUM,
  givenChecksum,
  type StoredChecksum,
  verifyChecksum,
} from "../checksum.ts";
import { checkWriteConditions, unquoted } from "../conditions.ts";
import { combinedChecksum, isCombinable } from "../crc-combine.ts";
import { checkCustomerKey, encryptionFields } from "../encryption.ts";
import {
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
} from "../errors.ts";
import { completions, objects, parts as partRecords } from "../keys.ts";
import { PART_BYTES_MIN, PART_NUMBER_MAX } from "../limits.ts";
import {
  attributesFrom,
  type ObjectDraft,
  quoted,
  type StoredObject,
  storeObject,
  wholeSeconds,
} from "../object.ts";
import type { S3Operation } from "../ports.ts";
import {
  COMPLETION_KEPT_MS,
  COMPLETION_TIMER,
  multipartEtag,
  type Part,
  removeUpload,
  requireUpload,
  type Upload,
} from "../upload.ts";
import { findVersion, isDeleteMarker, shownVersionId } from "../version.ts";

type CompleteInput = Input<"s3", "CompleteMultipartUpload">;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: S3Operation<"CompleteMultipartUpload"> = async (
  ctx,
  input,
) => {
  const { bucket, object } = await ctx.store.write((tx) => {
    const again = completedBefore(tx, input);
    if (again !== undefined) {
      return again;
    }
    const { bucket, upload, parts } = requestedParts(tx, input);
    checkCustomerKey(input, upload.encryption);
    const etag = multipartEtag(parts.map((part) => part.md5));
    checkWriteConditions(input, input.Key, objects.get(tx, [input.Bucket, input.Key]));
    const draft = draftOf(tx, input, { upload, parts, etag });
    checkSize(input, draft.sizeBytes);
    const kept = new Set(input.MultipartUpload?.Parts?.map((part) => part.PartNumber));
    removeUpload(tx, ctx.blobs, input, (partNumber) => kept.has(partNumber));
    const place = { bucket, key: input.Key };
    const name = "ObjectCreated:CompleteMultipartUpload";
    const object = storeObject(tx, ctx, place, draft, name);
    remember(tx, input, object);
    return { bucket, object };
  });
  const { encryption } = object;
  return {
    Location: objectLocation(ctx.endpoint, input.Bucket, input.Key),
    Bucket: input.Bucket,
    Key: input.Key,
    ETag: quoted(object.etag),
    VersionId: shownVersionId(bucket, object),
    ...(encryption.customerKeyMd5 === undefined && encryptionFields(encryption)),
    ...checksumFields(object.checksum),
  };
};

interface Completed {
  readonly upload: Upload;
  readonly parts: readonly Part[];
  readonly etag: string;
}

function draftOf(
  tx: ReadTx,
  input: CompleteInput,
  { upload, parts, etag }: Completed,
): ObjectDraft {
  return {
    ...attributesFrom(upload),
    ...upload.lock,
    accountId: upload.accountId,
    encryption: upload.encryption,
    grants: upload.grants,
    etag,
    sizeBytes: parts.reduce((sum, { piece }) => sum + piece.sizeBytes, 0),
    modifiedMs: wholeSeconds(tx.nowMs),
    pieces: parts.map((part) => part.piece),
    isMultipart: true,
    checksum: checksumOf(input, upload, parts),
    parts: parts.map((part, at) => ({
      number: input.MultipartUpload?.Parts?.[at]?.PartNumber ?? 0,
      checksum: part.checksum,
    })),
    tags: upload.tags,
  };
}

/** The same request once more, which a client sends that did not hear the answer. */
function completedBefore(
  tx: ReadTx,
  input: CompleteInput,
): { readonly bucket: Bucket; readonly object: StoredObject } | undefined {
  const bucket = requireBucket(tx, input);
  const completion = completions.get(tx, [input.Bucket, input.Key, input.UploadId]);
  const listed = partEtagsOf(input);
  if (completion === undefined || completion.partEtags.join() !== listed.join()) {
    return undefined;
  }
  const place = { bucket: input.Bucket, key: input.Key };
  const current = findVersion(tx, place, undefined);
  const object =
    current?.order === completion.versionOrder
      ? current
      : findVersion(tx, place, completion.versionOrder);
  return object === undefined || isDeleteMarker(object) ? undefined : { bucket, object };
}

function remember(tx: WriteTx, input: CompleteInput, object: StoredObject): void {
  const id = [input.Bucket, input.Key, input.UploadId];
  const { etag, order: versionOrder } = object;
  completions.put(tx, id, { etag, partEtags: partEtagsOf(input), versionOrder });
  tx.after({ dueMs: tx.nowMs + COMPLETION_KEPT_MS, kind: COMPLETION_TIMER, key: id });
}

function partEtagsOf(input: CompleteInput): readonly string[] {
  return (input.MultipartUpload?.Parts ?? []).map((part) => unquoted(part.ETag ?? ""));
}

interface RequestedParts {
  readonly bucket: Bucket;
  readonly upload: Upload;
  readonly parts: readonly Part[];
}

/** The parts that shall make up the object; throws unless each is there and fit for it. */
function requestedParts(tx: ReadTx, input: CompleteInput): RequestedParts {
  const bucket = requireBucket(tx, input);
  const upload = requireUpload(tx, input);
  const listed = input.MultipartUpload?.Parts ?? [];
  if (listed.length === 0 || listed.length > PART_NUMBER_MAX) {
    throw malformedXml();
  }
  let lastNumber = 0;
  const parts = listed.map((part) => {
    const number = part.PartNumber ?? 0;
    if (number <= lastNumber) {
      throw invalidPartOrder(input.UploadId);
    }
    lastNumber = number;
    return requestedPart(tx, input.UploadId, upload, part);
  });
  parts.slice(0, -1).forEach(({ piece, md5 }, at) => {
    if (piece.sizeBytes < PART_BYTES_MIN) {
      throw entityTooSmall({
        sizeBytes: piece.sizeBytes,
        minimumBytes: PART_BYTES_MIN,
        partNumber: listed[at]?.PartNumber ?? 0,
        etag: md5,
      });
    }
  });
  return { bucket, upload, parts };
}

/** Source of what is missing: https://github.com/apache/opendal/pull/4580 */
function requestedPart(
  tx: ReadTx,
  uploadId: string,
  upload: Upload,
  requested: CompletedPart,
): Part {
  const number = requested.PartNumber ?? 0;
  const etag = unquoted(requested.ETag ?? "");
  const part = partRecords.get(tx, [uploadId, number]);
  const given = upload.checksum && givenChecksum(requested, upload.checksum.name);
  if (upload.checksum?.type === "COMPOSITE" && given === undefined) {
    throw invalidRequest(
      `The upload was created using a ${upload.checksum.name.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  const isAsListed = given === undefined || given === part?.checksum?.value;
  if (part === undefined || part.md5 !== etag || !isAsListed) {
    throw invalidPart(uploadId, number, etag);
  }
  return part;
}

/** That of the whole content where there is one for it, else that of the parts' checksums. */
function checksumOf(
  input: CompleteInput,
  upload: Upload,
  parts: readonly Part[],
): StoredChecksum | undefined {
  const { name, type } = upload.checksum ?? { name: DEFAULT_CHECKSUM, type: "FULL_OBJECT" };
  const checksum =
    type === "COMPOSITE"
      ? compositeChecksum(
          name,
          parts.flatMap(({ checksum: one }) => one ?? []),
        )
      : wholeChecksum(name, upload, parts);
  if (checksum !== undefined) {
    verifyChecksum({ name, expected: givenChecksum(input, name) }, checksum.value);
  }
  return checksum;
}

function wholeChecksum(
  name: ChecksumName,
  upload: Upload,
  parts: readonly Part[],
): StoredChecksum | undefined {
  const sized = parts.flatMap(({ checksum, crc64, piece: { sizeBytes } }) => {
    const value = upload.checksum === undefined ? crc64 : checksum?.value;
    return value === undefined ? [] : [{ value, sizeBytes }];
  });
  return isCombinable(name) && sized.length === parts.length
    ? { name, value: combinedChecksum(name, sized), type: "FULL_OBJECT" }
    : undefined;
}

function checkSize(input: CompleteInput, sizeBytes: number): void {
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${sizeBytes}`,
    );
  }
}
