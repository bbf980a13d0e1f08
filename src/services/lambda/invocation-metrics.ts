/**
 * What Lambda counts of functions: `AWS/Lambda`, for the function, for the alias or version that was
 * invoked, and for the whole account.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
import type { InvocationResult } from "../../functions/function-host.ts";
import type { MetricDimension, MetricSample, MetricValue } from "../../outbox/metrics.ts";
import type { LambdaFunction } from "./function.ts";
import { versionOf } from "./function.ts";
import { type FunctionId, functionArn, LATEST } from "./function-name.ts";

const NAMESPACE = "AWS/Lambda";

interface Invoked {
  readonly fn: LambdaFunction;
  readonly qualifier: string | undefined;
  /** When the invocation began. */
  readonly atMs: number;
}

export function throttledSample(invoked: Invoked): MetricSample {
  return sample(invoked, [["Throttles", "Count", 1]]);
}

/** `running` invocations of the function, this one among them, when it began. */
export function invocationSample(
  invoked: Invoked,
  { report, functionError }: InvocationResult,
  running: number,
): MetricSample {
  return sample(invoked, [
    ["Invocations", "Count", 1],
    ["Errors", "Count", functionError === undefined ? 0 : 1],
    ["Throttles", "Count", 0],
    ["Duration", "Milliseconds", report.durationMs],
    ["ConcurrentExecutions", "Count", running],
  ]);
}

function sample({ fn, qualifier, atMs }: Invoked, values: readonly MetricValue[]): MetricSample {
  const own: MetricDimension = ["FunctionName", fn.name];
  const dimensions: (readonly MetricDimension[])[] = [[], [own]];
  let label = fn.name;
  if (qualifier !== undefined && qualifier !== LATEST) {
    const resource: MetricDimension = ["Resource", `${fn.name}:${qualifier}`];
    const version = versionOf(fn);
    label = `${fn.name}:${qualifier}:${version}`;
    dimensions.push([own, resource]);
    if (version !== qualifier) {
      dimensions.push([own, ["ExecutedVersion", version], resource]);
    }
  }
  const { accountId, region } = fn;
  return {
    kind: "metrics",
    accountId,
    region,
    namespace: NAMESPACE,
    label,
    dimensions,
    atMs,
    values,
  };
}

/** Of asynchronous invocations: counted for the function alone. */
export function asyncSample(
  name: FunctionId,
  atMs: number,
  values: readonly MetricValue[],
): MetricSample {
  return {
    kind: "metrics",
    accountId: name.accountId,
    region: name.region,
    namespace: NAMESPACE,
    label: name.name,
    dimensions: [[], [["FunctionName", name.name]]],
    atMs,
    values,
  };
}

/** How many invocations of each function run, in memory: what runs ends with the process. */
export class RunningCount {
  readonly #counts = new Map<string, number>();

  enter(fn: LambdaFunction): number {
    const arn = functionArn(fn);
    const count = (this.#counts.get(arn) ?? 0) + 1;
    this.#counts.set(arn, count);
    return count;
  }

  leave(fn: LambdaFunction): void {
    const arn = functionArn(fn);
    const count = (this.#counts.get(arn) ?? 0) - 1;
    if (count > 0) {
      this.#counts.set(arn, count);
    } else {
      this.#counts.delete(arn);
    }
  }
}
