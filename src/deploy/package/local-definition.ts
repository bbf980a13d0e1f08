/** Definitions of state machines and APIs that a template points at on this machine. */
import { existsSync } from "node:fs";
import path from "node:path";
import { OperatorError } from "../../base/operator-error.ts";
import { isObject, type ValueObject } from "../../languages/template/value.ts";

export interface LocalDefinition {
  readonly logicalId: string;
  /** The property that names the file, and in its place an object in S3. */
  readonly property: string;
  /** Absolute. */
  readonly location: string;
}

/** By the type of resource. */
const PROPERTIES: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::RestApi": "BodyS3Location",
  "AWS::Serverless::Api": "DefinitionUri",
  "AWS::Serverless::StateMachine": "DefinitionUri",
  "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
};

export function localDefinitions(source: ValueObject, folder: string): readonly LocalDefinition[] {
  const found: LocalDefinition[] = [];
  for (const [logicalId, resource] of Object.entries(memberOf(source, "Resources"))) {
    const property = isObject(resource) ? PROPERTIES[String(resource["Type"])] : undefined;
    const properties = isObject(resource) ? memberOf(resource, "Properties") : {};
    const address = property === undefined ? undefined : properties[property];
    if (property !== undefined && typeof address === "string" && !/^(s3|https?):/.test(address)) {
      const location = path.resolve(folder, address);
      if (!existsSync(location)) {
        throw new OperatorError({
          what: `There is no ${location}.`,
          why: `${property} of ${logicalId} points at it.`,
          fix: "Correct the path: it is relative to the template's folder.",
        });
      }
      found.push({ logicalId, property, location });
    }
  }
  return found;
}

/** The template with the definitions' places in S3 instead of their paths. */
export function withDefinitionPlaces(
  source: ValueObject,
  places: readonly (LocalDefinition & { readonly bucket: string; readonly key: string })[],
): ValueObject {
  const resources: Record<string, ValueObject[string]> = { ...memberOf(source, "Resources") };
  for (const { logicalId, property, bucket, key } of places) {
    const resource = memberOf(resources, logicalId);
    const place = { [property]: { Bucket: bucket, Key: key } };
    const Properties = { ...memberOf(resource, "Properties"), ...place };
    resources[logicalId] = { ...resource, Properties };
  }
  return places.length === 0 ? source : { ...source, Resources: resources };
}

function memberOf(object: ValueObject, name: string): ValueObject {
  const member = object[name];
  return isObject(member) ? member : {};
}
