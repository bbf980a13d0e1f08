/**
 * CloudWatch: metrics.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
import { bindOperations, type Operations, type Service } from "../service.ts";
import { GAUGE_TIMER, gaugeTimer } from "./metrics/gauge.ts";
import { SWEEP_TIMER, sweep } from "./metrics/retention.ts";
import { getMetricData } from "./operations/get-metric-data.ts";
import { getMetricStatistics } from "./operations/get-metric-statistics.ts";
import { listMetrics } from "./operations/list-metrics.ts";
import { putMetricData } from "./operations/put-metric-data.ts";
import type { CloudWatchPorts } from "./ports.ts";

const operations: Operations<CloudWatchPorts, "cloudwatch"> = {
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  PutMetricData: putMetricData,
};

export function createCloudWatch(ports: CloudWatchPorts): Service {
  return {
    name: "cloudwatch",
    operations: bindOperations<CloudWatchPorts, "cloudwatch">(ports, operations),
    timers: { [GAUGE_TIMER]: gaugeTimer(ports.gauges), [SWEEP_TIMER]: sweep },
  };
}
