import type { Output } from "../../../wire/operations.ts";
import { ACCOUNT_CAPACITY_UNITS_MAX, TABLE_CAPACITY_UNITS_MAX } from "../limits.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html */
export async function describeLimits(): Promise<Output<"dynamodb", "DescribeLimits">> {
  return {
    AccountMaxReadCapacityUnits: ACCOUNT_CAPACITY_UNITS_MAX,
    AccountMaxWriteCapacityUnits: ACCOUNT_CAPACITY_UNITS_MAX,
    TableMaxReadCapacityUnits: TABLE_CAPACITY_UNITS_MAX,
    TableMaxWriteCapacityUnits: TABLE_CAPACITY_UNITS_MAX,
  };
}
