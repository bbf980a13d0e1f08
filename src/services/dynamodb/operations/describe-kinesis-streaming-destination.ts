import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeKinesisStreamingDestination.html */
export async function describeKinesisStreamingDestination(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeKinesisStreamingDestination">,
): Promise<Output<"dynamodb", "DescribeKinesisStreamingDestination">> {
  const { record } = await ctx.store.read((tx) => ctx.tables.require(tx, ctx, input.TableName));
  return {
    TableName: record.name,
    KinesisDataStreamDestinations: (record.destinations ?? []).map((destination) => ({
      StreamArn: destination.streamArn,
      DestinationStatus: destination.isActive ? "ACTIVE" : "DISABLED",
      ApproximateCreationDateTimePrecision: destination.precision ?? "MILLISECOND",
    })),
  };
}
