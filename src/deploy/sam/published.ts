/**
 * A function that publishes itself: AutoPublishAlias makes a version of each new code, and an alias
 * that points to the newest.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
 */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { dataHash } from "./data-hash.ts";
import { resourceError } from "./sam-error.ts";
import {
  defined,
  getAtt,
  inheritedAttributes,
  objectOf,
  ref,
  type SamResource,
} from "./sam-resource.ts";

export interface Published {
  readonly aliasName: string;
  readonly aliasId: string;
  readonly versionId: string;
  readonly resources: readonly (readonly [logicalId: string, resource: ValueObject])[];
}

/** `undefined` when the function does not publish itself. */
export function published(
  resource: SamResource,
  fn: ValueObject,
  surroundings: {
    parameter(value: Value | undefined): Value | undefined;
    resourceOf(logicalId: string): ValueObject;
    /** Of the alias. */
    readonly updatePolicy: ValueObject | undefined;
  },
): Published | undefined {
  const { logicalId, properties, attributes } = resource;
  if (properties["AutoPublishAlias"] === undefined) {
    if (properties["ProvisionedConcurrencyConfig"] !== undefined) {
      throw resourceError(
        logicalId,
        "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function",
      );
    }
    return undefined;
  }
  const aliasName = nameOf(resource, surroundings.parameter(properties["AutoPublishAlias"]));
  const sha256 = surroundings.parameter(properties["AutoPublishCodeSha256"]);
  const hash =
    typeof sha256 === "string"
      ? sha256.slice(0, 10)
      : dataHash(withParameters(hashed(resource, fn, surroundings), surroundings.parameter));
  const versionId = `${logicalId}Version${hash}`;
  const aliasId = `${logicalId}Alias${aliasName.replaceAll("-", "D").replaceAll("_", "U")}`;
  const version: ValueObject = {
    Type: "AWS::Lambda::Version",
    DeletionPolicy: properties["VersionDeletionPolicy"] ?? "Retain",
    ...inheritedAttributes(attributes),
    Properties: defined({
      Description: properties["VersionDescription"],
      FunctionName: ref(logicalId),
    }),
  };
  const alias: ValueObject = {
    Type: "AWS::Lambda::Alias",
    ...inheritedAttributes(attributes),
    ...defined({ UpdatePolicy: surroundings.updatePolicy }),
    Properties: defined({
      Name: aliasName,
      FunctionName: ref(logicalId),
      FunctionVersion: getAtt(versionId, "Version"),
      ProvisionedConcurrencyConfig: properties["ProvisionedConcurrencyConfig"],
    }),
  };
  return {
    aliasName,
    aliasId,
    versionId,
    resources: [
      [versionId, version],
      [aliasId, alias],
    ],
  };
}

function nameOf({ logicalId }: SamResource, name: Value | undefined): string {
  if (typeof name !== "string") {
    throw resourceError(
      logicalId,
      "'AutoPublishAlias' must be a string or a Ref to a template parameter",
    );
  }
  if (!/^(?![0-9]+$)[a-zA-Z0-9\-_]+$/.test(name)) {
    throw resourceError(
      logicalId,
      `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.`,
    );
  }
  return name;
}

/** What makes a new version when it changes. */
function hashed(
  { properties }: SamResource,
  fn: ValueObject,
  { resourceOf }: { resourceOf(logicalId: string): ValueObject },
): ValueObject {
  const own = objectOf(fn["Properties"]);
  if (properties["AutoPublishAliasAllProperties"] === true) {
    const { Layers } = own;
    const layers = (Array.isArray(Layers) ? Layers : []) as readonly Value[];
    const republishing = layers.flatMap((layer) => {
      const id = String(objectOf(layer)["Ref"]);
      const settings = objectOf(resourceOf(id)["Properties"]);
      return settings["PublishLambdaVersion"] === true ? [[id, settings] as const] : [];
    });
    const { Role, ...rest } = own;
    // A role that is made for the function comes after the version.
    const role = properties["Role"] === undefined ? {} : { Role: Role ?? null };
    return { ...rest, ...role, ...Object.fromEntries(republishing) };
  }
  const { Code, Environment, MemorySize, SnapStart } = own;
  const isSnapped = (objectOf(SnapStart)["ApplyOn"] ?? "None") !== "None";
  return defined({
    ...objectOf(Code),
    ...objectOf(Environment),
    MemorySize: MemorySize || undefined,
    SnapStart: isSnapped ? SnapStart : undefined,
  });
}

function withParameters(
  value: Value,
  parameter: (value: Value | undefined) => Value | undefined,
): Value {
  if (Array.isArray(value)) {
    return value.map((item) => withParameters(item, parameter));
  }
  if (!isObject(value)) {
    return value;
  }
  const resolved = parameter(value) ?? value;
  return resolved === value
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, withParameters(item, parameter)]),
      )
    : resolved;
}
