import { parseJson } from "../../../base/json.ts";
import type { AlarmStateValue } from "../../../languages/alarm-rule/alarm-rule.ts";
import { findAlarm } from "../alarms/alarm.ts";
import { changeState } from "../alarms/transition.ts";
import { alarmNotFound, invalidFormat } from "../errors.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export const setAlarmState: CloudWatchOperation<"SetAlarmState"> = async (ctx, input) => {
  const { AlarmName, StateReason: reason, StateReasonData: reasonData } = input;
  if (reasonData !== undefined && parseJson(reasonData) === undefined) {
    throw invalidFormat("StateReasonData is not valid JSON");
  }
  const value = input.StateValue as AlarmStateValue;
  await ctx.store.write((tx) => {
    const alarm = findAlarm(tx, ctx, AlarmName);
    if (alarm === undefined) {
      throw alarmNotFound(AlarmName);
    }
    changeState(tx, ctx.sinks, ctx, { alarm, next: { value, reason, reasonData } });
  });
};
