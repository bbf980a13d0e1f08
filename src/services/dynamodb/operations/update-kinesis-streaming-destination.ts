import type { Input, Output } from "../../../wire/operations.ts";
import { changeDestination, invalidState } from "../destinations/change-destination.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateKinesisStreamingDestination.html */
export async function updateKinesisStreamingDestination(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "UpdateKinesisStreamingDestination">,
): Promise<Output<"dynamodb", "UpdateKinesisStreamingDestination">> {
  const { TableName: tableName, StreamArn: streamArn } = input;
  const { UpdateKinesisStreamingConfiguration: configuration } = input;
  const precision = configuration?.ApproximateCreationDateTimePrecision;
  const request = { operation: "UpdateKinesisStreamingDestination", tableName, streamArn };
  const names = await changeDestination(ctx, request, (present) => {
    if (!present?.isActive) {
      throw invalidState("update");
    }
    if (precision === undefined || precision === (present.precision ?? "MILLISECOND")) {
      throw validation(
        "Invalid Request: Precision is already set to the desired value of " +
          `${present.precision ?? "MILLISECOND"} for tableId: ${tableName}, kdsArn: ${streamArn}`,
      );
    }
    return { ...present, precision };
  });
  return {
    ...names,
    DestinationStatus: "UPDATING",
    UpdateKinesisStreamingConfiguration: configuration,
  };
}
