import type { Input, Output } from "../../../wire/operations.ts";
import { changeDestination, invalidState } from "../destinations/change-destination.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DisableKinesisStreamingDestination.html */
export async function disableKinesisStreamingDestination(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DisableKinesisStreamingDestination">,
): Promise<Output<"dynamodb", "DisableKinesisStreamingDestination">> {
  const { TableName: tableName, StreamArn: streamArn } = input;
  const request = { operation: "DisableKinesisStreamingDestination", tableName, streamArn };
  const names = await changeDestination(ctx, request, (present) => {
    if (!present?.isActive) {
      throw invalidState("disable");
    }
    return { ...present, isActive: false };
  });
  return { ...names, DestinationStatus: "DISABLING" };
}
