/** Batches that are throttled: what was done of them, and what is left. */
import type { AwsError } from "../../wire/aws-error.ts";

/** Of one table of a batch. */
export interface Progress {
  /** How many of its requests were carried out. */
  readonly processed: number;
  /** Why the others were not, when it was for want of capacity. */
  readonly throttled: AwsError | undefined;
}

/**
 * A batch of which nothing at all was carried out is refused as a whole.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export function requireProgress(tables: readonly Progress[]): void {
  const refusal = tables.find(({ throttled }) => throttled !== undefined)?.throttled;
  if (refusal !== undefined && tables.every(({ processed }) => processed === 0)) {
    throw refusal;
  }
}
