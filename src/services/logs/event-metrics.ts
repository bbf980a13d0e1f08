/**
 * Metrics out of log events: those that are embedded in them, and those that metric filters make.
 * Both are noted in the transaction that stores the events.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
 */
import { embeddedMetricsOf } from "../../languages/embedded-metrics/embedded-metrics.ts";
import { parseExtraction } from "../../languages/log-filter/extraction.ts";
import { parseLogFilter } from "../../languages/log-filter/log-filter.ts";
import { type MetricDimension, type MetricValue, noteMetrics } from "../../outbox/metrics.ts";
import type { WriteTx } from "../../store/store.ts";
import type { MetricTransformation } from "../../wire/models/logs.gen.ts";
import { metricFilters } from "./keys.ts";
import type { GroupName } from "./log-group.ts";

export interface MetricFilterRecord {
  readonly name: string;
  readonly pattern: string;
  readonly transformations: readonly MetricTransformation[];
  readonly createdMs: number;
}

interface Event {
  readonly timestampMs: number;
  readonly message: string;
}

interface Group extends GroupName {
  readonly id: string;
  readonly metricFilterCount?: number | undefined;
}

export function noteEventMetrics(tx: WriteTx, group: Group, events: readonly Event[]): void {
  for (const { message } of events) {
    noteEmbedded(tx, group, message);
  }
  if ((group.metricFilterCount ?? 0) > 0) {
    for (const { record } of metricFilters.list(tx, { prefix: [group.id] })) {
      noteFiltered(tx, group, { filter: record, events });
    }
  }
}

function noteEmbedded(tx: WriteTx, group: Group, message: string): void {
  for (const { namespace, timestampMs, dimensions, metrics } of embeddedMetricsOf(message)) {
    for (const isHighResolution of [false, true]) {
      const values = metrics
        .filter((metric) => metric.isHighResolution === isHighResolution)
        .flatMap(({ name, unit, values }) => values.map((value) => [name, unit, value] as const));
      if (values.length > 0) {
        note(tx, group, {
          namespace,
          dimensions,
          atMs: timestampMs,
          values,
          resolution: isHighResolution ? 1 : undefined,
        });
      }
    }
  }
}

/** Events that do not match give the default value, where there is one. */
function noteFiltered(
  tx: WriteTx,
  group: Group,
  { filter, events }: { readonly filter: MetricFilterRecord; readonly events: readonly Event[] },
): void {
  const { matches } = parseLogFilter(filter.pattern);
  for (const transformation of filter.transformations) {
    const read = parseExtraction(transformation.metricValue, filter.pattern);
    for (const { message, timestampMs } of events) {
      const value = matches?.(message)
        ? Number(read?.(message) ?? Number.NaN)
        : (transformation.defaultValue ?? Number.NaN);
      const dimensions = dimensionsOf(transformation, filter.pattern, message);
      if (Number.isFinite(value) && dimensions !== undefined) {
        const { metricName, metricNamespace: namespace, unit = "None" } = transformation;
        const values = [[metricName, unit, value]] as const;
        note(tx, group, { namespace, dimensions: [dimensions], atMs: timestampMs, values });
      }
    }
  }
}

/** `undefined` when the event lacks one: it then gives no datum. */
function dimensionsOf(
  { dimensions = {} }: MetricTransformation,
  pattern: string,
  message: string,
): readonly MetricDimension[] | undefined {
  const found: MetricDimension[] = [];
  for (const [name, text] of Object.entries(dimensions)) {
    const value = parseExtraction(text, pattern)?.(message);
    if (value === undefined || value === "") {
      return undefined;
    }
    found.push([name, value]);
  }
  return found;
}

function note(
  tx: WriteTx,
  { accountId, region }: Group,
  sample: {
    readonly namespace: string;
    readonly dimensions: readonly (readonly MetricDimension[])[];
    readonly atMs: number;
    readonly values: readonly MetricValue[];
    readonly resolution?: 1 | undefined;
  },
): void {
  const label = JSON.stringify(sample.dimensions);
  noteMetrics(tx, { kind: "metrics", accountId, region, label, ...sample });
}
