import { type Alarm, describeMetricAlarm } from "../alarms/alarm.ts";
import { alarms } from "../keys.ts";
import { dimensionsOf } from "../metrics/metric.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html */
export const describeAlarmsForMetric: CloudWatchOperation<"DescribeAlarmsForMetric"> = async (
  ctx,
  input,
) => {
  const wanted = JSON.stringify(dimensionsOf(input.Dimensions));
  const { Statistic, ExtendedStatistic, Period, Unit } = input;
  const given = Object.entries({ Statistic, ExtendedStatistic, Period, Unit }).filter(
    ([, value]) => value !== undefined,
  );
  const isWanted = ({ metric }: Alarm): boolean =>
    metric?.MetricName === input.MetricName &&
    metric.Namespace === input.Namespace &&
    JSON.stringify(dimensionsOf(metric.Dimensions)) === wanted &&
    given.every(([member, value]) => metric[member as "Period"] === value);
  const MetricAlarms = await ctx.store.read((tx) =>
    [...alarms.list(tx, { prefix: [ctx.accountId, ctx.region] })]
      .filter(({ record }) => isWanted(record))
      .map(({ record }) => describeMetricAlarm(ctx, record)),
  );
  return { MetricAlarms };
};
