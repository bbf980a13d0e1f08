/**
 * An upload by an HTML form.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import type { ByteStream } from "../../base/byte-stream.ts";
import type { Input } from "../../wire/operations.ts";
import { entityTooLarge, entityTooSmallForPolicy, invalidArgument } from "./errors.ts";
import { takeObject } from "./operations/put-object.ts";
import type { S3Context } from "./ports.ts";
import { checkPostPolicy, type PostPolicy } from "./post-policy.ts";

export interface PostedForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string | undefined;
  readonly file: ByteStream;
}

export interface Posted {
  readonly key: string;
  readonly etag: string;
  readonly versionId: string | undefined;
}

/** The fields that are headers in PutObject. */
const HEADERS = {
  acl: "ACL",
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "content-type": "ContentType",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-storage-class": "StorageClass",
  "x-amz-website-redirect-location": "WebsiteRedirectLocation",
} as const;
const METADATA = "x-amz-meta-";

export async function postObject(
  ctx: S3Context,
  bucket: string,
  { fields, fileName, file }: PostedForm,
): Promise<Posted> {
  const all = new Map([...fields, ["bucket", fields.get("bucket") ?? bucket]]);
  const key = fields.get("key");
  if (key === undefined || key === "") {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      { name: "key", value: "" },
    );
  }
  const limits = checkPostPolicy(fields.get("policy"), all, ctx.nowMs);
  const name = key.replaceAll("$" + "{filename}", fileName?.split(/[/\\]/).at(-1) ?? "");
  const input: Input<"s3", "PutObject"> = {
    Bucket: bucket,
    Key: name,
    Body: limited(file, limits),
    Metadata: metadataOf(fields),
    Tagging: tagsOf(fields.get("tagging")),
    ...headersOf(fields),
  };
  const { ETag: etag = "", VersionId: versionId } = await takeObject(
    ctx,
    input,
    "ObjectCreated:Post",
  );
  return { key: name, etag, versionId };
}

function headersOf(fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, member] of Object.entries(HEADERS)) {
    const value = fields.get(name);
    if (value !== undefined) {
      found[member] = value;
    }
  }
  return found;
}

function metadataOf(fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...fields]
      .filter(([name]) => name.startsWith(METADATA))
      .map(([name, value]) => [name.slice(METADATA.length), value]),
  );
}

/** `<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>`, as a header. */
function tagsOf(xml: string | undefined): string | undefined {
  const tags = xml?.matchAll(/<Tag>\s*<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>\s*<\/Tag>/g);
  return tags === undefined
    ? undefined
    : [...tags].map(([, name = "", value = ""]) => `${encoded(name)}=${encoded(value)}`).join("&");
}

function encoded(text: string): string {
  const plain = text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
  return encodeURIComponent(plain);
}

async function* limited(
  file: ByteStream,
  { minimumBytes, maximumBytes }: PostPolicy,
): ByteStream & AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const bytes of file) {
    sizeBytes += bytes.length;
    if (sizeBytes > maximumBytes) {
      throw entityTooLarge(sizeBytes, maximumBytes);
    }
    yield bytes;
  }
  if (sizeBytes < minimumBytes) {
    throw entityTooSmallForPolicy(sizeBytes, minimumBytes);
  }
}
