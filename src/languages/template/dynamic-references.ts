/**
 * `{{resolve:ssm:name:version}}` and `{{resolve:secretsmanager:secret:SecretString:key}}` inside
 * texts: filled in when a resource is made or changed, so that the template as it is kept and
 * compared has the reference, not the value.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
import { isList, isObject, mapScalars, TemplateError, type Value } from "./value.ts";

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

export type DynamicReference = ParameterReference | SecretReference;

export interface ParameterReference {
  readonly service: "ssm" | "ssm-secure";
  /** As written, braces included. */
  readonly text: string;
  readonly name: string;
  readonly version: string | undefined;
}

export interface SecretReference {
  readonly service: "secretsmanager";
  /** As written, braces included. */
  readonly text: string;
  /** A name or an ARN. */
  readonly secretId: string;
  /** A member of the secret, which is a JSON object then; absent for the whole. */
  readonly jsonKey: string | undefined;
  readonly versionStage: string | undefined;
  readonly versionId: string | undefined;
}

export function dynamicReferencesIn(value: Value): readonly DynamicReference[] {
  const found = new Map<string, DynamicReference>();
  collect(value, found);
  return [...found.values()];
}

function collect(value: Value, found: Map<string, DynamicReference>): void {
  if (isList(value) || isObject(value)) {
    for (const item of Object.values(value)) {
      collect(item, found);
    }
    return;
  }
  if (typeof value === "string" && value.includes("{{resolve:")) {
    for (const [text, service = "", rest = ""] of value.matchAll(REFERENCE)) {
      found.set(text, readReference(text, service, rest));
    }
  }
}

function readReference(text: string, service: string, rest: string): DynamicReference {
  if (service === "secretsmanager") {
    return readSecretReference(text, rest);
  }
  if (service !== "ssm" && service !== "ssm-secure") {
    throw new TemplateError(`Millrace does not support dynamic references to ${service}: ${text}`);
  }
  const [name = "", version, ...more] = rest.split(":");
  if (name === "" || more.length > 0) {
    throw new TemplateError(`Invalid dynamic reference ${text}`);
  }
  return { text, service, name, version };
}

const ARN_PARTS = 7;

/** `secret-id:SecretString:json-key:version-stage:version-id`; all but the first may be left out. */
function readSecretReference(text: string, rest: string): SecretReference {
  const parts = rest.split(":");
  const idParts = rest.startsWith("arn:") ? ARN_PARTS : 1;
  const secretId = parts.slice(0, idParts).join(":");
  const [kind, jsonKey, versionStage, versionId, ...more] = parts
    .slice(idParts)
    .map((part) => (part === "" ? undefined : part));
  const isKnown = kind === undefined || kind === "SecretString";
  if (secretId === "" || !isKnown || more.length > 0) {
    throw new TemplateError(`Invalid dynamic reference ${text}`);
  }
  return { service: "secretsmanager", text, secretId, jsonKey, versionStage, versionId };
}

export function withDynamicReferences(value: Value, values: ReadonlyMap<string, string>): Value {
  if (values.size === 0) {
    return value;
  }
  return mapScalars(value, (scalar) =>
    typeof scalar === "string"
      ? scalar.replaceAll(REFERENCE, (text) => values.get(text) ?? text)
      : scalar,
  );
}
