/** A function, its published versions, and how they are found. */
import type { ApplicationLogLevel, SystemLogLevel } from "../../functions/function-host.ts";
import type { ImageOverride } from "../../functions/images/image-program.ts";
import type { ReadTx } from "../../store/store.ts";
import { functionNotFound, revisionMismatch } from "./errors.ts";
import {
  type FunctionId,
  type FunctionReference,
  functionArn,
  isVersionNumber,
  LATEST,
  qualifiedArn,
} from "./function-name.ts";
import { aliases, functionKey, functions, versions } from "./keys.ts";
import type { StoredPackage } from "./package-use.ts";

/** `$LATEST`, or a published version, which never changes. */
export interface LambdaFunction extends FunctionId, FunctionSettings {
  /** The number of a published version; absent of `$LATEST`. */
  readonly version?: string | undefined;
  readonly code: FunctionCode;
  readonly modifiedMs: number;
  /** A UUID; changes whenever code or configuration does. */
  readonly revisionId: string;
  /** Of the function: on `$LATEST`, as everything below. */
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number | undefined;
  /** Environments that stand ready: of all versions, and by the number of each. */
  readonly provisioned?: ProvisionedShare | undefined;
  /** The number that was given last to a published version. */
  readonly lastVersion?: number | undefined;
  readonly recursiveLoop?: "Allow" | "Terminate" | undefined;
  readonly codeSigningConfigArn?: string | undefined;
  /** Of a version: what it was published from (`publish-version.ts`). */
  readonly publishedFrom?: string | undefined;
  /** Of `$LATEST` and of each version. */
  readonly runtimeManagement?: RuntimeManagement | undefined;
}

export interface ProvisionedShare {
  readonly total: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

/** Stored and shown: the engine has one version of each runtime. */
export interface RuntimeManagement {
  readonly updateOn: string;
  readonly runtimeVersionArn?: string | undefined;
}

/** What CreateFunction and UpdateFunctionConfiguration set. */
export interface FunctionSettings {
  readonly runtime: string;
  readonly handler: string;
  /** An ARN. */
  readonly role: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  /** Absent when the caller set none: `{}` and absent are told apart in answers. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly tracing: "Active" | "PassThrough";
  readonly logging: Logging;
  readonly deadLetterArn?: string | undefined;
  /** In the order in which they are laid over each other. */
  readonly layers?: readonly LayerUse[] | undefined;
  /** Stored and shown: functions run in the network of the machine. */
  readonly vpc?: VpcSettings | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly snapStart?: "PublishedVersions" | "None" | undefined;
  /** Of a function of a container image, whose runtime and handler mean nothing. */
  readonly packageType?: "Image" | undefined;
  /** What it says instead of its image. */
  readonly imageConfig?: ImageOverride | undefined;
}

/** A layer version as it was when the function took it: it works on when the version is deleted. */
export interface LayerUse extends StoredPackage {
  readonly arn: string;
}

export interface VpcSettings {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly isDualStack: boolean;
}

export interface Logging {
  readonly format: "Text" | "JSON";
  readonly group: string;
  /** Levels are set with the JSON format and with no other. */
  readonly applicationLevel?: ApplicationLogLevel;
  readonly systemLevel?: SystemLogLevel;
}

export interface FunctionCode extends StoredPackage {
  readonly architecture: "x86_64" | "arm64";
  /** Of a function of a container image: `sha256` is then the digest of the image. */
  readonly imageUri?: string | undefined;
  /** The key that AWS would encrypt the package with: stored and shown. */
  readonly sourceKeyArn?: string | undefined;
}

export function versionOf(fn: LambdaFunction): string {
  return fn.version ?? LATEST;
}

/** As the function host names it: `$LATEST` by the ARN of the function. */
export function versionArn(fn: LambdaFunction): string {
  return qualifiedArn(fn, fn.version);
}

/** `$LATEST`. */
export function findFunction(tx: ReadTx, id: FunctionId): LambdaFunction | undefined {
  return functions.get(tx, functionKey(id));
}

/** `$LATEST`, whatever qualifier the reference has. */
export function latestFunction(tx: ReadTx, id: FunctionId): LambdaFunction {
  const found = findFunction(tx, id);
  if (found === undefined) {
    throw functionNotFound(functionArn(id));
  }
  return found;
}

/** The version a reference means; an alias means the version it points to. */
export function existingFunction(tx: ReadTx, reference: FunctionReference): LambdaFunction {
  const found = findVersion(tx, reference);
  if (found === undefined) {
    throw functionNotFound(qualifiedArn(reference, reference.qualifier));
  }
  return found;
}

export function findVersion(tx: ReadTx, reference: FunctionReference): LambdaFunction | undefined {
  const { qualifier = LATEST } = reference;
  if (qualifier === LATEST) {
    return findFunction(tx, reference);
  }
  const key = functionKey(reference);
  if (isVersionNumber(qualifier)) {
    return versions.get(tx, [...key, Number(qualifier)]);
  }
  const alias = aliases.get(tx, [...key, qualifier]);
  return alias && findVersion(tx, { ...reference, qualifier: alias.version });
}

export function checkRevision(current: string, given: string | undefined): void {
  if (given !== undefined && given !== current) {
    throw revisionMismatch();
  }
}
