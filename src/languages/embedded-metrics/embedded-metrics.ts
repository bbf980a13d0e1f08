/**
 * Metrics that are embedded in log events: JSON with a member `_aws` that says which of the other
 * members are metrics, and which dimensions. What writes by the console of Node.js has a time, a
 * request id and a level before it.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { isJsonObject, type JsonObject, parseJsonObject } from "../../base/json.ts";

export interface EmbeddedMetrics {
  readonly namespace: string;
  readonly timestampMs: number;
  /** Each set gets every metric. */
  readonly dimensions: readonly (readonly (readonly [name: string, value: string])[])[];
  readonly metrics: readonly EmbeddedMetric[];
}

export interface EmbeddedMetric {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly isHighResolution: boolean;
}

const MARK = '"CloudWatchMetrics"';
const VALUES_MAX = 100;
const METRICS_MAX = 100;
const DIMENSIONS_MAX = 30;
const HIGH_RESOLUTION = 1;

/** Nothing for an event that has none, or none that are well-formed. */
export function embeddedMetricsOf(message: string): readonly EmbeddedMetrics[] {
  if (!message.includes(MARK)) {
    return [];
  }
  const root = parseJsonObject(message.slice(Math.max(0, message.indexOf("{"))));
  const metadata = root?.["_aws"];
  if (root === undefined || !isJsonObject(metadata)) {
    return [];
  }
  const { Timestamp: timestampMs, CloudWatchMetrics: directives } = metadata;
  if (typeof timestampMs !== "number" || !Array.isArray(directives)) {
    return [];
  }
  return directives.flatMap((directive: unknown) => {
    const found = isJsonObject(directive) ? directiveOf(root, directive) : undefined;
    return found === undefined ? [] : [{ ...found, timestampMs }];
  });
}

function directiveOf(
  root: JsonObject,
  directive: JsonObject,
): Omit<EmbeddedMetrics, "timestampMs"> | undefined {
  const { Namespace: namespace, Dimensions: sets = [[]], Metrics: definitions } = directive;
  if (typeof namespace !== "string" || !Array.isArray(sets) || !Array.isArray(definitions)) {
    return undefined;
  }
  const metrics = definitions
    .slice(0, METRICS_MAX)
    .flatMap((definition: unknown) => metricOf(root, definition));
  // A set with a dimension that has no value is left out.
  const dimensions = (sets.length === 0 ? [[]] : sets).flatMap((names: unknown) => {
    const found = dimensionsOf(root, names);
    return found === undefined ? [] : [found];
  });
  return { namespace, dimensions, metrics };
}

function dimensionsOf(
  root: JsonObject,
  names: unknown,
): readonly (readonly [string, string])[] | undefined {
  if (!Array.isArray(names) || names.length > DIMENSIONS_MAX) {
    return undefined;
  }
  const pairs = names.map((name) => [String(name), root[String(name)]] as const);
  return pairs.every((pair): pair is readonly [string, string] => typeof pair[1] === "string")
    ? pairs
    : undefined;
}

function metricOf(root: JsonObject, definition: unknown): readonly EmbeddedMetric[] {
  if (!isJsonObject(definition) || typeof definition["Name"] !== "string") {
    return [];
  }
  const { Name: name, Unit: unit = "None", StorageResolution: resolution } = definition;
  const given = root[name];
  const values = (Array.isArray(given) ? given.slice(0, VALUES_MAX) : [given]).filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  const isHighResolution = resolution === HIGH_RESOLUTION;
  return values.length === 0 ? [] : [{ name, unit: String(unit), values, isHighResolution }];
}
