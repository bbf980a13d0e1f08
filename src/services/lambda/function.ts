/** A function, and how it is found. Only `$LATEST` exists, so a function is its one version. */
import type { ApplicationLogLevel, SystemLogLevel } from "../../functions/function-host.ts";
import type { ReadTx } from "../../store/store.ts";
import { functionNotFound, revisionMismatch } from "./errors.ts";
import { type FunctionId, type FunctionReference, qualifiedArn } from "./function-name.ts";
import { functionKey, functions } from "./keys.ts";

export interface LambdaFunction extends FunctionId, FunctionSettings {
  readonly code: FunctionCode;
  readonly modifiedMs: number;
  /** A UUID; changes whenever code or configuration does. */
  readonly revisionId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number | undefined;
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
}

export interface Logging {
  readonly format: "Text" | "JSON";
  readonly group: string;
  /** Levels are set with the JSON format and with no other. */
  readonly applicationLevel?: ApplicationLogLevel;
  readonly systemLevel?: SystemLogLevel;
}

export interface FunctionCode {
  readonly blobId: string;
  readonly sizeBytes: number;
  /** Of the zip file, in base64. */
  readonly sha256: string;
  readonly architecture: "x86_64" | "arm64";
}

export function findFunction(tx: ReadTx, id: FunctionId): LambdaFunction | undefined {
  return functions.get(tx, functionKey(id));
}

export function existingFunction(tx: ReadTx, reference: FunctionReference): LambdaFunction {
  const found = findFunction(tx, reference);
  if (found === undefined) {
    throw functionNotFound(qualifiedArn(reference, reference.qualifier));
  }
  return found;
}

export function checkRevision(current: string, given: string | undefined): void {
  if (given !== undefined && given !== current) {
    throw revisionMismatch();
  }
}
