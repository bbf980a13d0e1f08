import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
export async function describeTimeToLive(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeTimeToLive">,
): Promise<Output<"dynamodb", "DescribeTimeToLive">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.read((tx) => {
    const { timeToLive } = ctx.tables.named(tx, id).record;
    return {
      TimeToLiveDescription:
        timeToLive === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive },
    };
  });
}
