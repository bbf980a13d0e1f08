/** What alarms and dashboards have in common. */
import type { Dimension, MetricDataQuery } from "../../wire/models/cloudwatch.gen.ts";
import { boolean, list, number, object, type Shape, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  retag,
  type TagList,
  tagPairs,
  unless,
} from "./resource-type.ts";

export const dimensions: Shape<readonly Dimension[]> = list(
  object({ Name: text, Value: text }, ["Name", "Value"]),
);

const metric = object({ Dimensions: dimensions, MetricName: text, Namespace: text });

export const metricQueries: Shape<readonly MetricDataQuery[]> = list(
  object(
    {
      AccountId: text,
      Expression: text,
      Id: text,
      Label: text,
      MetricStat: object({ Metric: metric, Period: number, Stat: text, Unit: text }, [
        "Metric",
        "Period",
        "Stat",
      ]),
      Period: number,
      ReturnData: boolean,
    },
    ["Id"],
  ),
);

interface Changing<T> {
  readonly shape: Shape<T>;
  readonly replaces: false;
}

const arns: Changing<readonly string[]> = changes(list(text));

export const actionProperties: {
  readonly ActionsEnabled: Changing<boolean>;
  readonly AlarmActions: Changing<readonly string[]>;
  readonly AlarmDescription: Changing<string>;
  readonly InsufficientDataActions: Changing<readonly string[]>;
  readonly OKActions: Changing<readonly string[]>;
} = {
  ActionsEnabled: changes(boolean),
  AlarmActions: arns,
  AlarmDescription: changes(text),
  InsufficientDataActions: arns,
  OKActions: arns,
};

export async function retagByArn(
  ctx: ResourceContext,
  ResourceARN: string,
  own: { readonly after: TagList | undefined; readonly before: TagList | undefined },
): Promise<void> {
  await retag(ctx, own, {
    tag: (added) => call(ctx, "cloudwatch", "TagResource", { ResourceARN, Tags: tagPairs(added) }),
    untag: (keys) => call(ctx, "cloudwatch", "UntagResource", { ResourceARN, TagKeys: keys }),
  });
}

export async function deleteAlarm(ctx: ResourceContext, name: string): Promise<void> {
  const input = { AlarmNames: [name] };
  await unless(["ResourceNotFound"], call(ctx, "cloudwatch", "DeleteAlarms", input));
}

export async function alarmExists(ctx: ResourceContext): Promise<boolean> {
  const AlarmTypes = ["MetricAlarm", "CompositeAlarm"];
  const input = { AlarmNames: [ctx.name], AlarmTypes };
  const { MetricAlarms, CompositeAlarms } = await call(ctx, "cloudwatch", "DescribeAlarms", input);
  return [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])].length > 0;
}

export function alarmArnOf({ caller, name }: ResourceContext): string {
  return `arn:aws:cloudwatch:${caller.region}:${caller.accountId}:alarm:${name}`;
}
