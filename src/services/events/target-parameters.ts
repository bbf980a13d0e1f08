/**
 * Parameters of a target that follow the event: a value that is a path (`$.detail.id`) stands for
 * what is there.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html#targets-specific-parms
 */

import { parseEventPath } from "../../languages/event-path/event-path.ts";
import type { BusEvent } from "./event.ts";
import type { TargetParameters } from "./http/http-request.ts";
import type { Target } from "./rule.ts";

/** Nothing stands where a path leads nowhere: an empty text. */
function followed(text: string, event: BusEvent): string {
  const path = text.startsWith("$.") ? parseEventPath(text) : undefined;
  if (path === undefined) {
    return text;
  }
  const value = path.select(event.document) ?? "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function httpParametersOf(target: Target, event: BusEvent): TargetParameters {
  const { PathParameterValues, QueryStringParameters, HeaderParameters } =
    target.HttpParameters ?? {};
  const all = (map: Readonly<Record<string, string>> | undefined): Record<string, string> =>
    Object.fromEntries(
      Object.entries(map ?? {}).map(([name, value]) => [name, followed(value, event)]),
    );
  return {
    path: (PathParameterValues ?? []).map((value) => followed(value, event)),
    query: all(QueryStringParameters),
    headers: all(HeaderParameters),
  };
}

/** What decides the shard: the event's id unless the target names a path. */
export function partitionKeyOf(target: Target, event: BusEvent): string {
  return followed(target.KinesisParameters?.PartitionKeyPath ?? "$.id", event);
}
