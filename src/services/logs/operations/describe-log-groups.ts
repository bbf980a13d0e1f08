import type { ReadTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { invalidParameter } from "../errors.ts";
import { groups, streams } from "../keys.ts";
import { GROUPS_PER_PAGE_MAX } from "../limits.ts";
import { groupArn, groupNameOf, type LogGroup } from "../log-group.ts";
import type { LogsContext, LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups: LogsOperation<"DescribeLogGroups"> = async (ctx, input) => {
  refuseUnsupported(input);
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
    throw invalidParameter(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const limit = input.limit ?? GROUPS_PER_PAGE_MAX;
  return ctx.store.read((tx) => {
    const shown: LogGroup[] = [];
    for (const group of wantedGroups(ctx, tx, input)) {
      if (shown.push(group) > limit) {
        break;
      }
    }
    const page = shown.slice(0, limit);
    return {
      logGroups: page.map((group) => shownGroup(tx, group)),
      ...(shown.length > limit && { nextToken: page.at(-1)?.name }),
    };
  });
};

type Request = Input<"logs", "DescribeLogGroups">;

function refuseUnsupported(input: Request): void {
  if (input.includeLinkedAccounts === true || (input.accountIdentifiers?.length ?? 0) > 0) {
    throw notSupported("DescribeLogGroups", "includeLinkedAccounts");
  }
}

/** By name, from behind the token: the last name of the page before. */
function* wantedGroups(ctx: LogsContext, tx: ReadTx, input: Request): Iterable<LogGroup> {
  const prefix = [ctx.region, ctx.accountId];
  const { logGroupNamePrefix = "", logGroupNamePattern = "", logGroupIdentifiers } = input;
  const identified = logGroupIdentifiers && new Set(identifiedNames(ctx, logGroupIdentifiers));
  const hasClass = (input.logGroupClass ?? "STANDARD") === "STANDARD";
  const after = [...prefix, input.nextToken ?? ""];
  const from = [...prefix, logGroupNamePrefix];
  for (const { record } of groups.list(tx, { prefix, from, after })) {
    if (!record.name.startsWith(logGroupNamePrefix)) {
      return;
    }
    const isIdentified = identified === undefined || identified.has(record.name);
    if (record.name.includes(logGroupNamePattern) && isIdentified && hasClass) {
      yield record;
    }
  }
}

function identifiedNames(ctx: LogsContext, identifiers: readonly string[]): readonly string[] {
  return identifiers.map((identifier) => groupNameOf(ctx, { logGroupIdentifier: identifier }).name);
}

function shownGroup(
  tx: ReadTx,
  group: LogGroup,
): NonNullable<Output<"logs", "DescribeLogGroups">["logGroups"]>[number] {
  let storedBytes = 0;
  for (const { record } of streams.list(tx, { prefix: [group.id] })) {
    storedBytes += record.storedBytes;
  }
  const arn = groupArn(group);
  return {
    logGroupName: group.name,
    creationTime: group.createdMs,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    metricFilterCount: group.metricFilterCount ?? 0,
    arn: `${arn}:*`,
    storedBytes,
    logGroupClass: "STANDARD",
    logGroupArn: arn,
    deletionProtectionEnabled: false,
  };
}
