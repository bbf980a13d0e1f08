import { invalidParameter } from "../errors.ts";
import { RETENTION_DAYS } from "../limits.ts";
import { existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { changeRetention } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const putRetentionPolicy: LogsOperation<"PutRetentionPolicy"> = async (ctx, input) => {
  const days = input.retentionInDays;
  if (!RETENTION_DAYS.has(days)) {
    throw invalidParameter(
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy ` +
        `constraint: Member must satisfy enum value set: [${[...RETENTION_DAYS].join(", ")}]`,
    );
  }
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => changeRetention(tx, existingGroup(tx, name), days));
};
