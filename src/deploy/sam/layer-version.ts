/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { dataHash } from "./data-hash.ts";
import { resourceError } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  objectOf,
  ownAttributes,
  type SamResource,
} from "./sam-resource.ts";

export const LAYER_TYPE = "AWS::Serverless::LayerVersion";

const KNOWN = new Set([
  "CompatibleArchitectures",
  "CompatibleRuntimes",
  "ContentUri",
  "Description",
  "LayerName",
  "LicenseInfo",
  "PublishLambdaVersion",
  "RetentionPolicy",
]);

const RETENTION_POLICIES = ["Retain", "Delete"];

/** A layer under an id of its content: a new one leaves the old to who uses it. */
export function layerVersion(
  layer: SamResource,
  parameter: (value: Value | undefined) => Value | undefined,
): readonly [logicalId: string, resource: ValueObject] {
  checkProperties(layer, KNOWN);
  const { logicalId, attributes } = layer;
  const properties = { ...layer.properties };
  for (const name of ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"]) {
    const value = parameter(properties[name]);
    if (value !== undefined) {
      properties[name] = value;
    }
  }
  const { DeletionPolicy, UpdateReplacePolicy: _u, Metadata: _m, ...hashed } = attributes;
  const hash = dataHash({ [logicalId]: { Type: LAYER_TYPE, ...hashed, Properties: properties } });
  const retention = retentionOf(layer, properties["RetentionPolicy"]);
  return [
    logicalId + hash,
    {
      Type: "AWS::Lambda::LayerVersion",
      ...ownAttributes(attributes),
      DeletionPolicy: retention ?? DeletionPolicy ?? "Retain",
      Properties: defined({
        Content: contentOf(layer, properties["ContentUri"]),
        Description: properties["Description"],
        LayerName: properties["LayerName"] ?? logicalId,
        CompatibleArchitectures: properties["CompatibleArchitectures"],
        CompatibleRuntimes: properties["CompatibleRuntimes"],
        LicenseInfo: properties["LicenseInfo"],
      }),
    },
  ];
}

function retentionOf({ logicalId }: SamResource, given: Value | undefined): string | undefined {
  if (given === undefined) {
    return undefined;
  }
  const options = RETENTION_POLICIES.map((name) => `'${name}'`).join(", ");
  if (typeof given !== "string") {
    throw resourceError(
      logicalId,
      `'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: [${options}]`,
    );
  }
  const policy = RETENTION_POLICIES.find((name) => name.toLowerCase() === given.toLowerCase());
  if (policy === undefined) {
    throw resourceError(
      logicalId,
      `'RetentionPolicy' must be one of the following options: [${options}].`,
    );
  }
  return policy;
}

function contentOf({ logicalId }: SamResource, uri: Value | undefined): ValueObject {
  if (isObject(uri)) {
    const { Bucket, Key, Version } = objectOf(uri);
    if (Bucket === undefined || Key === undefined) {
      throw resourceError(
        logicalId,
        "'ContentUri' requires Bucket and Key properties to be specified.",
      );
    }
    return defined({ S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: Version });
  }
  const match = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(String(uri));
  if (match === null) {
    throw resourceError(
      logicalId,
      "'ContentUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
    );
  }
  return defined({ S3Bucket: match[1], S3Key: match[2], S3ObjectVersion: match[3] });
}
