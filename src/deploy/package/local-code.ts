/** Where a template points at code on this machine, and how that code is to be built. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { OperatorError } from "../../base/operator-error.ts";
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";

/** The code of one function, or the content of one layer. */
export interface LocalCode {
  readonly logicalId: string;
  readonly isLayer: boolean;
  /** A folder or a file: an absolute path. */
  readonly location: string;
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly metadata: ValueObject;
}

/** Where a type of resource names its code, and the form in which it names an object in S3. */
interface CodeKind {
  readonly property: string;
  readonly isLayer: boolean;
  readonly hasGlobals: boolean;
  readonly place: (bucket: string, key: string) => ValueObject;
}

const samPlace: CodeKind["place"] = (Bucket, Key) => ({ Bucket, Key });
const lambdaPlace: CodeKind["place"] = (S3Bucket, S3Key) => ({ S3Bucket, S3Key });

const KINDS: Readonly<Record<string, CodeKind>> = {
  "AWS::Serverless::Function": {
    property: "CodeUri",
    isLayer: false,
    hasGlobals: true,
    place: samPlace,
  },
  "AWS::Lambda::Function": {
    property: "Code",
    isLayer: false,
    hasGlobals: false,
    place: lambdaPlace,
  },
  "AWS::Serverless::LayerVersion": {
    property: "ContentUri",
    isLayer: true,
    hasGlobals: false,
    place: samPlace,
  },
  "AWS::Lambda::LayerVersion": {
    property: "Content",
    isLayer: true,
    hasGlobals: false,
    place: lambdaPlace,
  },
};

function kindOf(resource: ValueObject): CodeKind | undefined {
  const type = resource["Type"];
  return typeof type === "string" ? KINDS[type] : undefined;
}

export function localCode(source: ValueObject, folder: string): readonly LocalCode[] {
  const globals = memberOf(memberOf(source, "Globals"), "Function");
  const found: LocalCode[] = [];
  for (const [logicalId, resource] of Object.entries(memberOf(source, "Resources"))) {
    const body = isObject(resource) ? resource : {};
    const own = memberOf(body, "Properties");
    const kind = kindOf(body);
    if (kind === undefined) {
      continue;
    }
    const { property, isLayer } = kind;
    const properties = kind.hasGlobals ? { ...globals, ...own } : own;
    const address = addressOf(kind, properties, own);
    if (address === undefined) {
      continue;
    }
    found.push({
      logicalId,
      isLayer,
      location: existing(logicalId, property, path.resolve(folder, address)),
      runtime: textOf(properties["Runtime"]),
      handler: textOf(properties["Handler"]),
      metadata: memberOf(body, "Metadata"),
    });
  }
  return found;
}

/**
 * The path that a resource names. The code of a SAM function that says nothing of it is the
 * template's folder, as for `sam build` and `aws cloudformation package`.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-cli-package.html
 */
function addressOf(kind: CodeKind, properties: ValueObject, own: ValueObject): string | undefined {
  if (properties["PackageType"] === "Image" || own["InlineCode"] !== undefined) {
    return undefined;
  }
  const address = properties[kind.property] ?? (kind.hasGlobals ? "." : undefined);
  return typeof address === "string" && !isRemote(address) ? address : undefined;
}

function isRemote(address: string): boolean {
  return /^(s3|https?):\/\//.test(address);
}

function existing(logicalId: string, property: string, location: string): string {
  if (!existsSync(location)) {
    throw new OperatorError({
      what: `There is no ${location}.`,
      why: `${property} of ${logicalId} points at it.`,
      fix: "Correct the path: it is relative to the template's folder.",
    });
  }
  return location;
}

export function isFolder(location: string): boolean {
  return statSync(location).isDirectory();
}

/** The template with the code's place in S3 instead of its path. */
export function withCodePlaces(
  source: ValueObject,
  places: ReadonlyMap<string, { readonly bucket: string; readonly key: string }>,
): ValueObject {
  const resources = Object.entries(memberOf(source, "Resources")).map(([logicalId, resource]) => {
    const place = places.get(logicalId);
    const kind = isObject(resource) ? kindOf(resource) : undefined;
    if (place === undefined || !isObject(resource) || kind === undefined) {
      return [logicalId, resource] as const;
    }
    const code = { [kind.property]: kind.place(place.bucket, place.key) };
    const properties = { ...memberOf(resource, "Properties"), ...code };
    return [logicalId, { ...resource, Properties: properties }] as const;
  });
  return { ...source, Resources: Object.fromEntries(resources) };
}

function memberOf(object: ValueObject, name: string): ValueObject {
  const member = object[name];
  return isObject(member) ? member : {};
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
