import { alarmsOf, parseAlarmRule } from "../../../languages/alarm-rule/alarm-rule.ts";
import type { ReadTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { filteredPage } from "../../pages.ts";
import {
  type Alarm,
  alarmKey,
  alarmNameOf,
  describeCompositeAlarm,
  describeMetricAlarm,
  findAlarm,
} from "../alarms/alarm.ts";
import { alarmNotFound, invalidCombination } from "../errors.ts";
import { alarms, type Owner, parents } from "../keys.ts";
import { ALARMS_PER_PAGE_DEFAULT } from "../limits.ts";
import type { CloudWatchContext, CloudWatchOperation } from "../ports.ts";

type Request = Input<"cloudwatch", "DescribeAlarms">;
type Response = Output<"cloudwatch", "DescribeAlarms">;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const describeAlarms: CloudWatchOperation<"DescribeAlarms"> = async (ctx, input) => {
  if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined) {
    throw invalidCombination("AlarmNames and AlarmNamePrefix must not both be specified.");
  }
  return ctx.store.read((tx) => {
    const { found, token } = selected(tx, ctx, input);
    return { ...told(ctx, input, found), ...(token !== undefined && { NextToken: token }) };
  });
};

function selected(
  tx: ReadTx,
  ctx: CloudWatchContext,
  input: Request,
): { readonly found: readonly Alarm[]; readonly token?: string | undefined } {
  const names = namesOf(tx, ctx, input);
  if (names !== undefined) {
    const known = [...new Set(names)].sort().map((name) => findAlarm(tx, ctx, name));
    return { found: known.filter((alarm) => alarm !== undefined).filter(isWantedBy(input)) };
  }
  const source = {
    records: alarms,
    prefix: [ctx.accountId, ctx.region],
    namePrefix: input.AlarmNamePrefix,
    isWanted: isWantedBy(input),
  };
  const limit = input.MaxRecords ?? ALARMS_PER_PAGE_DEFAULT;
  const { items, token } = filteredPage(tx, source, { token: input.NextToken, limit });
  return { found: items.map(({ record }) => record), token };
}

/** Where the request names its alarms, or those that rest on one, or that one rests on. */
function namesOf(tx: ReadTx, owner: Owner, input: Request): readonly string[] | undefined {
  const { AlarmNames, ChildrenOfAlarmName: above, ParentsOfAlarmName: below } = input;
  if (above !== undefined) {
    const { rule } = parseAlarmRule(required(tx, owner, above).rule ?? "");
    return rule === undefined ? [] : [...alarmsOf(rule)].map(alarmNameOf);
  }
  if (below !== undefined) {
    required(tx, owner, below);
    const prefix = alarmKey(owner, below);
    return [...parents.list(tx, { prefix })].map(({ id }) => String(id.at(-1)));
  }
  return AlarmNames;
}

function required(tx: ReadTx, owner: Owner, name: string): Alarm {
  const alarm = findAlarm(tx, owner, name);
  if (alarm === undefined) {
    throw alarmNotFound(name);
  }
  return alarm;
}

/** Without types only alarms on metrics are told, but all that belong to another alarm. */
function isWantedBy(input: Request): (alarm: Alarm) => boolean {
  const { StateValue, ActionPrefix: prefix, ChildrenOfAlarmName, ParentsOfAlarmName } = input;
  const isFamily = (ChildrenOfAlarmName ?? ParentsOfAlarmName) !== undefined;
  const types =
    input.AlarmTypes ?? (isFamily ? ["CompositeAlarm", "MetricAlarm"] : ["MetricAlarm"]);
  return (alarm) =>
    types.includes(alarm.rule === undefined ? "MetricAlarm" : "CompositeAlarm") &&
    (StateValue === undefined || alarm.state.value === StateValue) &&
    (prefix === undefined ||
      Object.values(alarm.actions)
        .flat()
        .some((action) => action.startsWith(prefix)));
}

/** Of the relatives of an alarm less is told. */
function told(owner: Owner, input: Request, found: readonly Alarm[]): Response {
  const metric = found.filter(({ rule }) => rule === undefined);
  const composite = found.filter(({ rule }) => rule !== undefined);
  const isParents = input.ParentsOfAlarmName !== undefined;
  return {
    MetricAlarms: metric.map((alarm) => describeMetricAlarm(owner, alarm)),
    CompositeAlarms: composite.map((alarm) => {
      const { AlarmName, AlarmArn, ...rest } = describeCompositeAlarm(owner, alarm);
      return isParents ? { AlarmName, AlarmArn } : { AlarmName, AlarmArn, ...rest };
    }),
  };
}
