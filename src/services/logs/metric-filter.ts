/** Metric filters: what they may be, and what the API tells of them. */
import { parseExtraction } from "../../languages/log-filter/extraction.ts";
import { parseLogFilter } from "../../languages/log-filter/log-filter.ts";
import type { MetricFilter, MetricTransformation } from "../../wire/models/logs.gen.ts";
import { invalidParameter } from "./errors.ts";
import type { MetricFilterRecord } from "./event-metrics.ts";
import { FILTER_DIMENSIONS_MAX } from "./limits.ts";
import type { LogGroup } from "./log-group.ts";

export function checkPattern(pattern: string): void {
  const { reason } = parseLogFilter(pattern);
  if (reason !== undefined) {
    throw invalidParameter(reason);
  }
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html */
export function checkTransformation(transformation: MetricTransformation, pattern: string): void {
  const { metricValue, dimensions = {}, defaultValue, metricNamespace } = transformation;
  if (metricNamespace.startsWith("AWS/")) {
    throw invalidParameter("Invalid metric transformation: namespaces of AWS are reserved.");
  }
  if (parseExtraction(metricValue, pattern) === undefined) {
    throw invalidParameter(`Invalid metric transformation: invalid metric value ${metricValue}`);
  }
  const names = Object.keys(dimensions);
  if (names.length > FILTER_DIMENSIONS_MAX) {
    throw invalidParameter(
      `Invalid metric transformation: at most ${FILTER_DIMENSIONS_MAX} dimensions are allowed.`,
    );
  }
  if (names.length > 0 && defaultValue !== undefined) {
    throw invalidParameter(
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
    );
  }
  const unknown = Object.values(dimensions).find(
    (value) => !value.startsWith("$") || parseExtraction(value, pattern) === undefined,
  );
  if (unknown !== undefined) {
    throw invalidParameter(`Invalid metric transformation: invalid dimension value ${unknown}`);
  }
}

export function describeFilter(group: LogGroup, filter: MetricFilterRecord): MetricFilter {
  return {
    filterName: filter.name,
    filterPattern: filter.pattern,
    metricTransformations: filter.transformations,
    creationTime: filter.createdMs,
    logGroupName: group.name,
    applyOnTransformedLogs: false,
  };
}
