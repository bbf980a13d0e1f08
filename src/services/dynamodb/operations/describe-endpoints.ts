import type { Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";

const CACHE_MINUTES = 1_440;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html */
export async function describeEndpoints(
  ctx: DynamoDbContext,
): Promise<Output<"dynamodb", "DescribeEndpoints">> {
  const address = ctx.endpoint.replace(/^https?:\/\//, "");
  return { Endpoints: [{ Address: address, CachePeriodInMinutes: CACHE_MINUTES }] };
}
