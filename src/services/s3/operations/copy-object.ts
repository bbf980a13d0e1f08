import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { grantsOfUpload } from "../acl.ts";
import { requireBucket } from "../bucket.ts";
import { checksumFields, checksumName, type StoredChecksum } from "../checksum.ts";
import { checkWriteConditions } from "../conditions.ts";
import { contentStream, digestOf, share, slicesOf } from "../content.ts";
import { type CopySource, checkCopySize, parseCopySource, requireSource } from "../copy-source.ts";
import { encryptionFields, encryptionOf } from "../encryption.ts";
import { invalidArgument, invalidRequest } from "../errors.ts";
import { buckets, objects } from "../keys.ts";
import {
  attributesFrom,
  attributesOf,
  checkKey,
  type ObjectAttributes,
  type ObjectDraft,
  quoted,
  refuseUnsupported,
  type StoredObject,
  storageClassOf,
  storeObject,
  tagsOfUpload,
  wholeSeconds,
} from "../object.ts";
import { lockOf } from "../object-lock.ts";
import type { S3Context, S3Operation } from "../ports.ts";
import { expirationIn } from "../read-object.ts";
import { shownVersionId } from "../version.ts";

type CopyObjectInput = Input<"s3", "CopyObject">;

/**
 * A copy shares the content of its source.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copyObject: S3Operation<"CopyObject"> = async (ctx, input) => {
  checkKey(input.Key);
  refuseUnsupported("CopyObject", input);
  checkDirectives(input);
  const place = parseCopySource("CopyObject", input.CopySource);
  checkNotOntoItself(input, place);
  const digests = await digestsOfCopy(ctx, input, place);
  return ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const source = requireSource(tx, input, place);
    if (source.etag !== digests.sourceEtag) {
      throw invalidRequest("The copy source was replaced while it was being copied.");
    }
    checkWriteConditions(input, input.Key, objects.get(tx, [input.Bucket, input.Key]));
    const draft: ObjectDraft = {
      ...attributesOfCopy(input, source),
      ...lockOf(input, bucket, tx.nowMs),
      accountId: ctx.accountId,
      encryption: encryptionOf(input, bucket),
      grants: grantsOfUpload(input, bucket, ctx.accountId),
      etag: digests.md5,
      sizeBytes: source.sizeBytes,
      modifiedMs: wholeSeconds(tx.nowMs),
      pieces: source.pieces.map((piece) => share(tx, ctx.blobs, piece)),
      isMultipart: false,
      checksum: digests.checksum,
      tags: input.TaggingDirective === "REPLACE" ? tagsOfUpload(input.Tagging) : source.tags,
    };
    const to = { bucket, key: input.Key };
    const copy = storeObject(tx, ctx, to, draft, "ObjectCreated:Copy");
    const from = buckets.get(tx, [place.bucket]);
    return {
      VersionId: shownVersionId(bucket, copy),
      CopySourceVersionId: from && shownVersionId(from, source),
      Expiration: expirationIn(tx, bucket, input.Key, copy),
      ...encryptionFields(copy.encryption),
      CopyObjectResult: {
        ETag: quoted(copy.etag),
        LastModified: new Date(copy.modifiedMs),
        ...checksumFields(copy.checksum),
      },
    };
  });
};

interface CopyDigests {
  readonly sourceEtag: string;
  readonly md5: string;
  readonly checksum: StoredChecksum | undefined;
}

/** Those of the source, unless it came in parts or another checksum is wanted: then computed. */
async function digestsOfCopy(
  ctx: S3Context,
  input: CopyObjectInput,
  place: CopySource,
): Promise<CopyDigests> {
  const { source, slices } = await ctx.store.read((tx: ReadTx) => {
    const found = requireSource(tx, input, place);
    checkCopySize(found.sizeBytes);
    const range = { startByte: 0, endByte: found.sizeBytes };
    const isAsItWas = !found.isMultipart && isChecksumKept(input, found);
    return { source: found, slices: isAsItWas ? undefined : slicesOf(tx, found.pieces, range) };
  });
  const { etag: sourceEtag } = source;
  if (slices === undefined) {
    return { sourceEtag, md5: source.etag, checksum: source.checksum };
  }
  const wanted = input.ChecksumAlgorithm;
  const name = wanted === undefined ? source.checksum?.name : checksumName(wanted);
  const digest = await digestOf(contentStream(ctx.blobs, slices), { checksum: name && { name } });
  return { sourceEtag, ...digest };
}

function isChecksumKept(input: CopyObjectInput, source: StoredObject): boolean {
  const wanted = input.ChecksumAlgorithm;
  return wanted === undefined || source.checksum?.name === checksumName(wanted);
}

function attributesOfCopy(input: CopyObjectInput, source: StoredObject): ObjectAttributes {
  if (input.MetadataDirective === "REPLACE") {
    return attributesOf("CopyObject", input);
  }
  return {
    ...attributesFrom(source),
    redirectLocation: input.WebsiteRedirectLocation,
    storageClass: storageClassOf("CopyObject", input.StorageClass),
  };
}

function checkDirectives(input: CopyObjectInput): void {
  for (const name of ["MetadataDirective", "TaggingDirective"] as const) {
    const value = input[name];
    if (value !== undefined && value !== "COPY" && value !== "REPLACE") {
      const what = name === "MetadataDirective" ? "metadata" : "tagging";
      throw invalidArgument(`Unknown ${what} directive.`, {
        name: `x-amz-${what}-directive`,
        value,
      });
    }
  }
}

function checkNotOntoItself(input: CopyObjectInput, source: CopySource): void {
  const isSame =
    source.bucket === input.Bucket && source.key === input.Key && source.versionId === undefined;
  const changes = [
    input.StorageClass,
    input.WebsiteRedirectLocation,
    input.ServerSideEncryption,
    input.SSECustomerAlgorithm,
  ];
  if (isSame && input.MetadataDirective !== "REPLACE" && !changes.some(Boolean)) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
}
