/**
 * The history of alarms: thirty days of it.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
import type { WriteTx } from "../../../store/store.ts";
import type { AlarmHistoryItem } from "../../../wire/models/cloudwatch.gen.ts";
import { history, type Owner } from "../keys.ts";
import { DAY_MS } from "../limits.ts";

export interface HistoryItem {
  readonly alarmName: string;
  readonly isComposite: boolean;
  readonly type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

const KEPT_MS: number = 30 * DAY_MS;
/** Old items that go when a new one comes. */
const REMOVED_MAX = 20;

export function addHistory(tx: WriteTx, owner: Owner, item: HistoryItem): void {
  const prefix = [owner.accountId, owner.region];
  history.put(tx, [...prefix, tx.nowMs, tx.orderedId()], item);
  history.clear(tx, { prefix, until: [...prefix, tx.nowMs - KEPT_MS], limit: REMOVED_MAX });
}

export function describeItem(item: HistoryItem, atMs: number): AlarmHistoryItem {
  return {
    AlarmName: item.alarmName,
    AlarmType: item.isComposite ? "CompositeAlarm" : "MetricAlarm",
    Timestamp: new Date(atMs),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  };
}
