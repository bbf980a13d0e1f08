import { notSupported } from "../../../wire/aws-error.ts";
import { addGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { checkedTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup: LogsOperation<"CreateLogGroup"> = async (ctx, input) => {
  if (input.kmsKeyId !== undefined) {
    throw notSupported("CreateLogGroup", "kmsKeyId");
  }
  if ((input.logGroupClass ?? "STANDARD") !== "STANDARD") {
    throw notSupported("CreateLogGroup", `logGroupClass ${input.logGroupClass}`);
  }
  if (input.deletionProtectionEnabled === true) {
    throw notSupported("CreateLogGroup", "deletionProtectionEnabled");
  }
  const { region, accountId } = ctx;
  const tags = checkedTags(input.tags ?? {});
  await ctx.store.write((tx) => {
    addGroup(tx, { region, accountId, name: input.logGroupName }, tags);
  });
};
