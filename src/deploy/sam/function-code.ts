/** Where the code of a function or a layer is. */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import { defined, type SamResource } from "./sam-resource.ts";

export function codeOf({ logicalId, properties }: SamResource, type: string): ValueObject {
  const { CodeUri: uri, InlineCode: inline, PackageType: packageType = "Zip" } = properties;
  if (packageType === "Image") {
    return imageOf({ logicalId, properties });
  }
  if (packageType !== "Zip") {
    throw samNotSupported(`PackageType ${JSON.stringify(packageType)} of ${type}`, logicalId);
  }
  const SourceKMSKeyArn = properties["SourceKMSKeyArn"];
  if (inline !== undefined) {
    return defined({ ZipFile: inline, SourceKMSKeyArn });
  }
  if (uri === undefined) {
    throw resourceError(logicalId, "Only one of 'InlineCode' or 'CodeUri' can be set.");
  }
  return defined({ ...s3Location({ logicalId, property: "CodeUri" }, uri), SourceKMSKeyArn });
}

function imageOf({
  logicalId,
  properties,
}: Pick<SamResource, "logicalId" | "properties">): ValueObject {
  const { ImageUri: uri } = properties;
  if (uri === undefined) {
    throw resourceError(logicalId, "'ImageUri' must be set.");
  }
  return { ImageUri: uri };
}

/** What the type of a package asks for, and what it has no use for. */
export function checkPackageType({ logicalId, properties }: SamResource): void {
  const has = (name: string): boolean => properties[name] !== undefined;
  if (properties["PackageType"] === "Image") {
    if (has("Handler") || has("Runtime") || has("Layers")) {
      throw resourceError(
        logicalId,
        "Runtime, Handler, Layers cannot be present when PackageType is of type `Image`",
      );
    }
    return;
  }
  if (!has("Runtime") || !has("Handler")) {
    throw resourceError(
      logicalId,
      "Runtime and Handler needs to be present when PackageType is of type `Zip`",
    );
  }
  if (has("ImageConfig")) {
    throw resourceError(
      logicalId,
      "ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`",
    );
  }
}

interface Place {
  readonly logicalId: string;
  readonly property: string;
}

/** Of `s3://bucket/key?versionId=...`, or an object that says the same. */
export function s3Location({ logicalId, property }: Place, uri: Value | undefined): ValueObject {
  if (isObject(uri)) {
    const { Bucket, Key, StorageMode, Version } = uri;
    if (Bucket === undefined || Key === undefined) {
      throw resourceError(
        logicalId,
        `'${property}' requires Bucket and Key properties to be specified.`,
      );
    }
    return defined({
      S3Bucket: Bucket,
      S3Key: Key,
      S3ObjectStorageMode: StorageMode,
      S3ObjectVersion: Version,
    });
  }
  const match = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(String(uri));
  if (match === null) {
    throw resourceError(
      logicalId,
      `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`,
    );
  }
  return defined({ S3Bucket: match[1], S3Key: match[2], S3ObjectVersion: match[3] });
}
