import { AwsError } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

/**
 * Point-in-time recovery is never on: UpdateContinuousBackups refuses to enable it.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
 */
export async function describeContinuousBackups(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeContinuousBackups">,
): Promise<Output<"dynamodb", "DescribeContinuousBackups">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.read((tx) => {
    if (ctx.tables.find(tx, id) === undefined) {
      throw new AwsError({
        code: "TableNotFoundException",
        message: `Table not found: ${id.name}`,
      });
    }
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
      },
    };
  });
}
