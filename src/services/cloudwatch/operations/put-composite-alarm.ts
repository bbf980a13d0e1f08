import {
  type AlarmRule,
  alarmsOf,
  parseAlarmRule,
} from "../../../languages/alarm-rule/alarm-rule.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import { alarmKey, alarmNameOf, findAlarm, putAlarm } from "../alarms/alarm.ts";
import { configured, noteConfiguration, presentAlarm } from "../alarms/configure.ts";
import { actionsOf } from "../alarms/settings.ts";
import { settleComposite } from "../alarms/transition.ts";
import { validation } from "../errors.ts";
import { type Owner, parents } from "../keys.ts";
import { RULE_ALARMS_MAX } from "../limits.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export const putCompositeAlarm: CloudWatchOperation<"PutCompositeAlarm"> = async (ctx, input) => {
  const refused = [
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
    "ActionConfiguration",
  ] as const;
  for (const member of refused) {
    if (input[member] !== undefined) {
      throw notSupported("PutCompositeAlarm", member);
    }
  }
  const parsed = parseAlarmRule(input.AlarmRule);
  if (parsed.rule === undefined) {
    throw validation(`Error in AlarmRule: ${parsed.reason}`);
  }
  const { rule } = parsed;
  const actions = actionsOf(input, "PutCompositeAlarm");
  await ctx.store.write((tx) => {
    const { present, operation } = presentAlarm(tx, ctx, input);
    if (present?.metric !== undefined) {
      throw validation(`A metric alarm with the name ${input.AlarmName} already exists.`);
    }
    const children = childrenOf(tx, ctx, rule);
    unlink(tx, ctx, present?.rule, input.AlarmName);
    for (const child of children) {
      parents.put(tx, [...alarmKey(ctx, child), input.AlarmName], null);
    }
    const alarm = configured(present, input, { rule: input.AlarmRule, actions }, tx.nowMs);
    putAlarm(tx, ctx, alarm);
    noteConfiguration(tx, ctx.sinks, ctx, { alarm, operation });
    settleComposite(tx, ctx.sinks, ctx, { alarm, cause: undefined });
  });
};

function childrenOf(tx: ReadTx, owner: Owner, rule: AlarmRule): readonly string[] {
  const names = [...alarmsOf(rule)].map(alarmNameOf);
  if (names.length > RULE_ALARMS_MAX) {
    throw validation(`AlarmRule must not contain more than ${RULE_ALARMS_MAX} alarms.`);
  }
  const unknown = names.filter((name) => findAlarm(tx, owner, name) === undefined);
  if (unknown.length > 0) {
    throw validation(
      `Could not save the composite alarm as alarm(s) [${unknown.join(", ")}] in the alarm rule ` +
        "do not exist.",
    );
  }
  return names;
}

/** Its children know a composite alarm no more. */
export function unlink(tx: WriteTx, owner: Owner, text: string | undefined, name: string): void {
  const { rule } = parseAlarmRule(text ?? "");
  for (const child of rule === undefined ? [] : alarmsOf(rule)) {
    parents.delete(tx, [...alarmKey(owner, alarmNameOf(child)), name]);
  }
}
