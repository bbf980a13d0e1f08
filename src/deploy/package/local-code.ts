/** Where a template points at code on this machine, and how that code is to be built. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { OperatorError } from "../../base/operator-error.ts";
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";

/** One function's code. */
export interface LocalCode {
  readonly logicalId: string;
  /** The property that names the code, and the form in which it names an object in S3. */
  readonly property: "CodeUri" | "Code";
  /** A folder or a file: an absolute path. */
  readonly location: string;
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly metadata: ValueObject;
}

export function localCode(source: ValueObject, folder: string): readonly LocalCode[] {
  const globals = memberOf(memberOf(source, "Globals"), "Function");
  const found: LocalCode[] = [];
  for (const [logicalId, resource] of Object.entries(memberOf(source, "Resources"))) {
    const body = isObject(resource) ? resource : {};
    const own = memberOf(body, "Properties");
    const isSam = body["Type"] === "AWS::Serverless::Function";
    if (!isSam && body["Type"] !== "AWS::Lambda::Function") {
      continue;
    }
    const properties = isSam ? { ...globals, ...own } : own;
    const property = isSam ? "CodeUri" : "Code";
    const address = properties[property];
    if (own["InlineCode"] !== undefined || typeof address !== "string" || isRemote(address)) {
      continue;
    }
    found.push({
      logicalId,
      property,
      location: existing(logicalId, property, path.resolve(folder, address)),
      runtime: textOf(properties["Runtime"]),
      handler: textOf(properties["Handler"]),
      metadata: memberOf(body, "Metadata"),
    });
  }
  return found;
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
    if (place === undefined || !isObject(resource)) {
      return [logicalId, resource] as const;
    }
    const code: ValueObject =
      resource["Type"] === "AWS::Serverless::Function"
        ? { CodeUri: { Bucket: place.bucket, Key: place.key } }
        : { Code: { S3Bucket: place.bucket, S3Key: place.key } };
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
