import type { ReadTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { invalidParameter, invalidToken } from "../errors.ts";
import { streams } from "../keys.ts";
import { STREAMS_PER_PAGE_MAX } from "../limits.ts";
import {
  existingGroup,
  type GroupName,
  groupNameOf,
  type LogGroup,
  type LogStream,
  streamArn,
} from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams: LogsOperation<"DescribeLogStreams"> = async (ctx, input) => {
  const byTime = input.orderBy === "LastEventTime";
  if (byTime && input.logStreamNamePrefix !== undefined) {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const name = groupNameOf(ctx, input);
  const page = await ctx.store.read((tx) => {
    const group = existingGroup(tx, name);
    return byTime ? pageByTime(tx, group, input) : pageByName(tx, group, input);
  });
  return {
    logStreams: page.streams.map((stream) => shownStream(name, stream)),
    ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
  };
};

type Request = Input<"logs", "DescribeLogStreams">;

interface Page {
  readonly streams: readonly LogStream[];
  readonly nextToken: string | undefined;
}

/** The token is the last name of the page before. */
function pageByName(tx: ReadTx, group: LogGroup, input: Request): Page {
  const { logStreamNamePrefix = "", nextToken, limit = STREAMS_PER_PAGE_MAX } = input;
  const reverse = input.descending === true;
  const prefix = [group.id];
  const last = nextToken === undefined ? undefined : [group.id, nextToken];
  const bounds = reverse ? { until: last } : { from: [group.id, logStreamNamePrefix], after: last };
  const found: LogStream[] = [];
  for (const { record } of streams.list(tx, { prefix, reverse, ...bounds })) {
    if (!record.name.startsWith(logStreamNamePrefix)) {
      if (!reverse || record.name < logStreamNamePrefix) {
        break;
      }
    } else if (found.push(record) > limit) {
      break;
    }
  }
  const page = found.slice(0, limit);
  return { streams: page, nextToken: found.length > limit ? page.at(-1)?.name : undefined };
}

/** The token is how many streams the pages before had. */
function pageByTime(tx: ReadTx, group: LogGroup, input: Request): Page {
  const { limit = STREAMS_PER_PAGE_MAX, nextToken = "0" } = input;
  const from = Number(nextToken);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw invalidToken();
  }
  const all = [...streams.list(tx, { prefix: [group.id] })].map(({ record }) => record);
  all.sort((a, b) => (a.times?.lastEventMs ?? a.createdMs) - (b.times?.lastEventMs ?? b.createdMs));
  if (input.descending === true) {
    all.reverse();
  }
  const through = from + limit;
  return {
    streams: all.slice(from, through),
    nextToken: through < all.length ? String(through) : undefined,
  };
}

function shownStream(
  group: GroupName,
  stream: LogStream,
): NonNullable<Output<"logs", "DescribeLogStreams">["logStreams"]>[number] {
  const { times } = stream;
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    ...(times !== undefined && {
      firstEventTimestamp: times.firstEventMs,
      lastEventTimestamp: times.lastEventMs,
      lastIngestionTime: times.lastIngestionMs,
    }),
    arn: streamArn(group, stream),
    // Deprecated for streams: AWS always answers zero.
    storedBytes: 0,
  };
}
