/** The destinations of a table, as the operations on them change them. */
import { AwsError, notSupported } from "../../../wire/aws-error.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";
import type { KinesisDestination } from "./destination.ts";

export interface DestinationRequest {
  readonly operation: string;
  readonly tableName: string;
  readonly streamArn: string;
}

/** The table's name, as answers have it. */
export async function changeDestination(
  ctx: DynamoDbContext,
  { operation, tableName, streamArn }: DestinationRequest,
  change: (present: KinesisDestination | undefined) => KinesisDestination,
): Promise<{ readonly TableName: string; readonly StreamArn: string }> {
  if (ctx.destinations === undefined) {
    throw notSupported(operation, "Kinesis streams");
  }
  const id = tableIdOf(ctx, tableName);
  return ctx.store.write((tx) => {
    const { record } = ctx.tables.require(tx, ctx, tableName);
    const present = record.destinations ?? [];
    const changed = change(present.find((one) => one.streamArn === streamArn));
    const others = present.filter((one) => one.streamArn !== streamArn);
    ctx.tables.put(tx, { ...record, destinations: [...others, changed] });
    return { TableName: id.name, StreamArn: streamArn };
  });
}

export function invalidState(operation: "enable" | "disable" | "update"): AwsError {
  const must = operation === "enable" ? "DISABLED or ENABLE_FAILED" : "ACTIVE";
  return validation(
    `Table is not in a valid state to ${operation} Kinesis Streaming Destination: ` +
      `KinesisStreamingDestination must be ${must} to perform ${operation.toUpperCase()} operation.`,
  );
}

/** Throws when there is no such stream. */
export async function requireStream(ctx: DynamoDbContext, StreamARN: string): Promise<void> {
  const { accountId, region, destinations } = ctx;
  try {
    const caller = { accountId, region };
    await destinations?.dispatcher.call(caller, "kinesis", "DescribeStreamSummary", { StreamARN });
  } catch (error) {
    if (error instanceof AwsError) {
      throw new AwsError({ code: "ResourceNotFoundException", message: error.message });
    }
    throw error;
  }
}
