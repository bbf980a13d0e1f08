import type { Input, Output } from "../../../wire/operations.ts";
import {
  changeDestination,
  invalidState,
  requireStream,
} from "../destinations/change-destination.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html */
export async function enableKinesisStreamingDestination(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "EnableKinesisStreamingDestination">,
): Promise<Output<"dynamodb", "EnableKinesisStreamingDestination">> {
  const { TableName: tableName, StreamArn: streamArn } = input;
  const { EnableKinesisStreamingConfiguration: configuration } = input;
  await requireStream(ctx, streamArn);
  const request = { operation: "EnableKinesisStreamingDestination", tableName, streamArn };
  const names = await changeDestination(ctx, request, (present) => {
    if (present?.isActive) {
      throw invalidState("enable");
    }
    const precision = configuration?.ApproximateCreationDateTimePrecision;
    return { streamArn, isActive: true, ...(precision !== undefined && { precision }) };
  });
  return {
    ...names,
    DestinationStatus: "ENABLING",
    EnableKinesisStreamingConfiguration: configuration,
  };
}
