/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html */
import type { Value, ValueObject } from "../../languages/template/value.ts";
import { dataHash } from "./data-hash.ts";
import { s3Location } from "./function-code.ts";
import { resourceError } from "./sam-error.ts";
import { checkProperties, defined, ownAttributes, type SamResource } from "./sam-resource.ts";

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
        Content: s3Location({ logicalId, property: "ContentUri" }, properties["ContentUri"]),
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
