import { checksumFields, partChecksumFields } from "../checksum.ts";
import { checkCustomerKey } from "../encryption.ts";
import { invalidArgument } from "../errors.ts";
import { PAGE_MAX } from "../limits.ts";
import type { StoredObject } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { shownVersionId } from "../version.ts";
import { requireVersion } from "../versioned.ts";

const ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: S3Operation<"GetObjectAttributes"> = async (ctx, input) => {
  const wanted = input.ObjectAttributes;
  const unknown = wanted.find((name) => !ATTRIBUTES.includes(name));
  if (wanted.length === 0 || unknown !== undefined) {
    throw invalidArgument("Invalid attribute name specified.", {
      name: "x-amz-object-attributes",
      value: unknown ?? "",
    });
  }
  const { bucket, object } = await ctx.store.read((tx) => {
    const found = requireVersion(tx, input);
    checkCustomerKey(input, found.object.encryption);
    return found;
  });
  const wants = (name: string): boolean => wanted.includes(name);
  return {
    LastModified: new Date(object.modifiedMs),
    VersionId: shownVersionId(bucket, object),
    ETag: wants("ETag") ? object.etag : undefined,
    Checksum: wants("Checksum") && object.checksum ? checksumFields(object.checksum) : undefined,
    ObjectParts: wants("ObjectParts") ? partsOf(object, input) : undefined,
    StorageClass: wants("StorageClass") ? object.storageClass : undefined,
    ObjectSize: wants("ObjectSize") ? object.sizeBytes : undefined,
  };
};

/** Parts are listed only where they have checksums of their own. */
function partsOf(
  { isMultipart, parts = [], pieces }: StoredObject,
  input: { readonly MaxParts?: number | undefined; readonly PartNumberMarker?: string | undefined },
) {
  if (!isMultipart) {
    return undefined;
  }
  const marker = Number.parseInt(input.PartNumberMarker ?? "0", 10) || 0;
  const limit = Math.min(input.MaxParts ?? PAGE_MAX, PAGE_MAX);
  const sized = parts.map((part, at) => ({ ...part, sizeBytes: pieces[at]?.sizeBytes ?? 0 }));
  const rest = sized.filter((part) => part.checksum !== undefined && part.number > marker);
  const page = rest.slice(0, limit);
  return {
    TotalPartsCount: pieces.length,
    ...(rest.length > 0 && {
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: rest.length > limit,
      Parts: page.map((part) => ({
        PartNumber: part.number,
        Size: part.sizeBytes,
        ...partChecksumFields(part.checksum),
      })),
    }),
  };
}
