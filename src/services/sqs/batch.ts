/**
 * The rules of all batch operations: what fails a whole batch, and how an entry fails alone.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import {
  batchEntryIdsNotDistinct,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntriesInBatchRequest,
} from "./errors.ts";
import { BATCH_ENTRIES_MAX, BATCH_ENTRY_ID_LENGTH_MAX } from "./limits.ts";

interface BatchEntry {
  readonly Id: string;
}

export interface FailedEntry {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

const ENTRY_ID = new RegExp(`^[A-Za-z0-9_-]{1,${BATCH_ENTRY_ID_LENGTH_MAX}}$`);

/** `entryShape` is AWS's name of an entry: `SendMessageBatchRequestEntry`. */
export function checkBatch(entries: readonly BatchEntry[], entryShape: string): void {
  if (entries.length === 0) {
    throw emptyBatchRequest(entryShape);
  }
  if (entries.length > BATCH_ENTRIES_MAX) {
    throw tooManyEntriesInBatchRequest(entries.length);
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!ENTRY_ID.test(Id)) {
      throw invalidBatchEntryId();
    }
    if (ids.has(Id)) {
      throw batchEntryIdsNotDistinct(Id);
    }
    ids.add(Id);
  }
}

/** The answer for one entry: what `run` made of it, or the error AWS would give. */
export type EntryResult<T> = { readonly value: T } | { readonly failed: FailedEntry };

export function tryEntry<T>(entry: BatchEntry, run: () => T): EntryResult<T> {
  try {
    return { value: run() };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const failed = {
      Id: entry.Id,
      SenderFault: error.fault === "client",
      Code: error.code,
      Message: error.message,
    };
    return { failed };
  }
}

export function splitResults<T>(results: readonly EntryResult<T>[]): {
  readonly Successful: readonly T[];
  readonly Failed: readonly FailedEntry[];
} {
  return {
    Successful: results.flatMap((result) => ("value" in result ? [result.value] : [])),
    Failed: results.flatMap((result) => ("failed" in result ? [result.failed] : [])),
  };
}
