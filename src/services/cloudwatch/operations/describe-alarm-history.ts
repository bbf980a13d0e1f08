import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { parseJson } from "../../../base/json.ts";
import type { Key } from "../../../base/ordered-key.ts";
import type { ReadTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { AlarmHistoryItem } from "../../../wire/models/cloudwatch.gen.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { describeItem, type HistoryItem } from "../alarms/history.ts";
import { invalidNextToken } from "../errors.ts";
import { history } from "../keys.ts";
import { HISTORY_PER_PAGE_MAX, HISTORY_SEARCHED_MAX } from "../limits.ts";
import type { CloudWatchContext, CloudWatchOperation } from "../ports.ts";

type Request = Input<"cloudwatch", "DescribeAlarmHistory">;
type Response = Output<"cloudwatch", "DescribeAlarmHistory">;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const describeAlarmHistory: CloudWatchOperation<"DescribeAlarmHistory"> = async (
  ctx,
  input,
) => {
  if (input.AlarmContributorId !== undefined) {
    throw notSupported("DescribeAlarmHistory", "AlarmContributorId");
  }
  return ctx.store.read((tx) => page(tx, ctx, input));
};

function page(tx: ReadTx, ctx: CloudWatchContext, input: Request): Response {
  const limit = input.MaxRecords ?? HISTORY_PER_PAGE_MAX;
  const owner = [ctx.accountId, ctx.region];
  const found: AlarmHistoryItem[] = [];
  let seen = 0;
  let last: Key = [];
  for (const { id, record } of history.list(tx, { prefix: owner, ...boundsOf(owner, input) })) {
    if (found.length === limit || seen === HISTORY_SEARCHED_MAX) {
      return { AlarmHistoryItems: found, NextToken: tokenOf(last) };
    }
    seen += 1;
    last = id.slice(owner.length);
    if (isWanted(record, input)) {
      found.push(describeItem(record, id[owner.length] as number));
    }
  }
  return { AlarmHistoryItems: found };
}

/** The newest come first unless asked otherwise. */
function boundsOf(owner: Key, input: Request) {
  const reverse = input.ScanBy !== "TimestampAscending";
  const { StartDate: start, EndDate: end, NextToken: token } = input;
  const place = token === undefined ? undefined : [...owner, ...placeOf(token)];
  const from = start && [...owner, start.getTime()];
  const until = end && [...owner, end.getTime() + 1];
  return reverse
    ? { reverse, from, until: place ?? until }
    : { reverse, from: place === undefined ? from : undefined, after: place, until };
}

function isWanted(item: HistoryItem, input: Request): boolean {
  const { AlarmName: name, HistoryItemType: type } = input;
  const types = input.AlarmTypes ?? ["MetricAlarm"];
  return (
    (name === undefined || item.alarmName === name) &&
    (type === undefined || item.type === type) &&
    types.includes(item.isComposite ? "CompositeAlarm" : "MetricAlarm")
  );
}

function tokenOf(place: Key): string {
  return toBase64(utf8Encode(JSON.stringify(place)));
}

function placeOf(token: string): Key {
  const place = parseJson(utf8Decode(fromBase64(token)));
  if (!Array.isArray(place) || place.length !== 2 || typeof place[0] !== "number") {
    throw invalidNextToken();
  }
  return [place[0], String(place[1])];
}
