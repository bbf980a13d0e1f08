/**
 * Which records of a batch failed, as the function tells in its response.
 *
 * | the response                                                         | failed       |
 * |----------------------------------------------------------------------|--------------|
 * | null, `{}`, `batchItemFailures` null or an empty list                | none         |
 * | a list of `{ "itemIdentifier": <message id> }`                        | those named  |
 * | no JSON, no object, no list, an identifier empty, null, misnamed or unknown | the whole batch |
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { utf8Decode } from "../base/bytes.ts";

/** The ids that failed; `all` when the response does not say which. */
export type FailedItems = ReadonlySet<string> | "all";

const NONE: ReadonlySet<string> = new Set();

export function failedItems(response: Uint8Array, ids: ReadonlySet<string>): FailedItems {
  if (response.length === 0) {
    return NONE;
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8Decode(response));
  } catch {
    return "all";
  }
  if (value === null) {
    return NONE;
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    return "all";
  }
  const { batchItemFailures } = value as { readonly batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) {
    return NONE;
  }
  return Array.isArray(batchItemFailures) ? named(batchItemFailures, ids) : "all";
}

function named(failures: readonly unknown[], ids: ReadonlySet<string>): FailedItems {
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !ids.has(id)) {
      return "all";
    }
    failed.add(id);
  }
  return failed;
}
