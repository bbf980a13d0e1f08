/** Parameters and their versions. */
import type { ReadTx } from "../../store/store.ts";
import { parameterNotFound, versionNotFound } from "./errors.ts";
import { type Place, parameterKey, parameters, versionKey, versions } from "./keys.ts";

export type Tags = Readonly<Record<string, string>>;

export interface Parameter {
  readonly latest: number;
  /** The oldest version that is kept. */
  readonly oldest: number;
  /** The version that each label stands on. */
  readonly labels: Readonly<Record<string, number>>;
  readonly tags: Tags;
}

export interface ParameterVersion {
  readonly number: number;
  readonly type: string;
  /** Encrypted when the type is SecureString. */
  readonly value: string;
  readonly keyId: string | undefined;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly tier: string;
  readonly dataType: string;
  readonly modifiedMs: number;
  readonly modifiedBy: string;
}

export function requireParameter(tx: ReadTx, place: Place, name: string): Parameter {
  const parameter = parameters.get(tx, parameterKey(place, name));
  if (parameter === undefined) {
    throw parameterNotFound();
  }
  return parameter;
}

export function requireVersion(
  tx: ReadTx,
  place: Place,
  { name, number }: { readonly name: string; readonly number: number },
): ParameterVersion {
  const version = versions.get(tx, versionKey(place, name, number));
  if (version === undefined) {
    throw versionNotFound(name, String(number));
  }
  return version;
}

export function parameterArn(place: Place, name: string): string {
  const slash = name.startsWith("/") ? "" : "/";
  return `arn:aws:ssm:${place.region}:${place.accountId}:parameter${slash}${name}`;
}

/** The labels of a version, in their order. */
export function labelsOf(parameter: Parameter, number: number): readonly string[] {
  const labels = Object.keys(parameter.labels);
  return labels.filter((label) => parameter.labels[label] === number).sort();
}
