/**
 * Gauges: what has a level, read once a minute by a durable timer, for as long as AWS does it: while
 * the level is not nothing, and six hours after the last thing that happened.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
import type { Gauges } from "../../../outbox/metrics.ts";
import type { Timer, WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import { gauged, type Owner } from "../keys.ts";
import { HOUR_MS, MINUTE_MS } from "../limits.ts";
import { bucketOf } from "./bucket.ts";
import { addData } from "./data.ts";
import { MINUTES } from "./retention.ts";

export const GAUGE_TIMER = "cloudwatch.gauge";
const IDLE_MS: number = 6 * HOUR_MS;

export interface Gauged {
  /** When something was last seen to happen, to the minute. */
  readonly activeMs: number;
}

/** Something happened to what the label names. */
export function keepGauging(
  tx: WriteTx,
  owner: Owner,
  { namespace, label }: { readonly namespace: string; readonly label: string },
): void {
  const key = [owner.accountId, owner.region, namespace, label];
  const present = gauged.get(tx, key);
  if (present === undefined) {
    tx.after({ dueMs: nextMinuteMs(tx.nowMs), kind: GAUGE_TIMER, key });
  }
  if (present === undefined || present.activeMs + MINUTE_MS <= tx.nowMs) {
    gauged.put(tx, key, { activeMs: tx.nowMs });
  }
}

/** The level at the end of a minute is that of the minute. */
export function gaugeTimer(gauges: Gauges): TimerHandler {
  return (tx: WriteTx, timer: Timer) => {
    const present = gauged.get(tx, timer.key);
    const [accountId, region, namespace, label] = timer.key as readonly string[] as Place;
    const gauge = gauges[namespace];
    const owner = { accountId, region };
    const values = present && gauge?.read(tx, owner, label);
    const isQuiet = values?.every(([, , value]) => value === 0) ?? true;
    const isIdle = isQuiet && (present?.activeMs ?? 0) + IDLE_MS <= tx.nowMs;
    if (gauge === undefined || values === undefined || isIdle) {
      gauged.delete(tx, timer.key);
      return;
    }
    const dimensions = gauge.dimensionsOf(label);
    for (const [name, unit, value] of values) {
      addData(tx, owner, {
        metric: { namespace, name, dimensions },
        unit,
        tier: MINUTES,
        atMs: timer.dueMs - 1,
        bucket: bucketOf(value),
      });
    }
    tx.after({ dueMs: nextMinuteMs(tx.nowMs), kind: GAUGE_TIMER, key: timer.key });
  };
}

type Place = readonly [accountId: string, region: string, namespace: string, label: string];

function nextMinuteMs(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}
