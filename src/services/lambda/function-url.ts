/**
 * Function URLs: an address of its own for a function or an alias.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { lambdaTime } from "./configuration.ts";
import { invalidParameterValue, resourceDoesNotExist } from "./errors.ts";
import { type FunctionReference, isVersionNumber, LATEST, qualifiedArn } from "./function-name.ts";
import { functionKey, urlIds, urls } from "./keys.ts";

export type Cors = NonNullable<Output<"lambda", "GetFunctionUrlConfig">["Cors"]>;

export interface FunctionUrl {
  /** The first part of its host name. */
  readonly id: string;
  /** The function, or one of its aliases. */
  readonly function: FunctionReference;
  readonly auth: "NONE" | "AWS_IAM";
  readonly mode: "BUFFERED" | "RESPONSE_STREAM";
  readonly cors?: Cors | undefined;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** As the URLs of AWS: 32 letters and digits. */
const ID_LENGTH = 32;
const ID_DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

export function newUrlId(tx: WriteTx): string {
  return [...tx.random.bytes(ID_LENGTH)].map((byte) => ID_DIGITS[byte % ID_DIGITS.length]).join("");
}

/** Functions and aliases have URLs, versions have none. */
export function checkUrlQualifier({ qualifier }: FunctionReference): void {
  if (qualifier !== undefined && (qualifier === LATEST || isVersionNumber(qualifier))) {
    throw invalidParameterValue(
      `Invalid qualifier ${qualifier}: a function URL is for a function or for an alias.`,
    );
  }
}

export function urlKey(reference: FunctionReference): ReturnType<typeof functionKey> {
  return [...functionKey(reference), reference.qualifier ?? ""];
}

export function existingUrl(tx: ReadTx, reference: FunctionReference): FunctionUrl {
  const found = urls.get(tx, urlKey(reference));
  if (found === undefined) {
    throw resourceDoesNotExist();
  }
  return found;
}

export function removeUrl(tx: WriteTx, url: FunctionUrl): void {
  urls.delete(tx, urlKey(url.function));
  urlIds.delete(tx, [url.id]);
}

export function removeUrlsOf(tx: WriteTx, reference: FunctionReference): void {
  const own = [...urls.list(tx, { prefix: functionKey(reference) })];
  for (const { record } of own) {
    if (reference.qualifier === undefined || record.function.qualifier === reference.qualifier) {
      removeUrl(tx, record);
    }
  }
}

export function checkUrlCors(cors: Input<"lambda", "CreateFunctionUrlConfig">["Cors"]): void {
  if (cors?.AllowCredentials === true && cors.AllowOrigins?.includes("*")) {
    throw invalidParameterValue("AllowCredentials cannot be true when AllowOrigins contains '*'.");
  }
}

/** An empty set of rules is none. */
export function givenCors(
  cors: Input<"lambda", "CreateFunctionUrlConfig">["Cors"],
): Cors | undefined {
  const rules = Object.entries(cors ?? {}).filter(([, value]) => value !== undefined);
  return rules.length === 0 ? undefined : Object.fromEntries(rules);
}

/** `http://<id>.lambda-url.<region>.localhost:<port>/`, on the port by which the caller came. */
export function urlAddress(engine: string, { id, function: { region } }: FunctionUrl): string {
  const [, scheme = "http", port = ""] = engine.match(/^(https?):\/\/.*?(:[0-9]+)?$/) ?? [];
  return `${scheme}://${id}.lambda-url.${region}.localhost${port}/`;
}

export function shownUrl(
  engine: string,
  url: FunctionUrl,
): Output<"lambda", "GetFunctionUrlConfig"> {
  return {
    FunctionUrl: urlAddress(engine, url),
    FunctionArn: qualifiedArn(url.function, url.function.qualifier),
    AuthType: url.auth,
    ...(url.cors !== undefined && { Cors: url.cors }),
    CreationTime: lambdaTime(url.createdMs),
    LastModifiedTime: lambdaTime(url.modifiedMs),
    InvokeMode: url.mode,
  };
}
