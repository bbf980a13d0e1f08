import { alarmKey, findAlarm } from "../alarms/alarm.ts";
import { noteConfiguration } from "../alarms/configure.ts";
import { cancelEvaluation } from "../alarms/evaluation.ts";
import { alarmNotFound, validation } from "../errors.ts";
import { alarms, parents } from "../keys.ts";
import type { CloudWatchOperation } from "../ports.ts";
import { unlink } from "./put-composite-alarm.ts";

/**
 * All of them or none.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
 */
export const deleteAlarms: CloudWatchOperation<"DeleteAlarms"> = async (ctx, input) => {
  const names = [...new Set(input.AlarmNames)];
  await ctx.store.write((tx) => {
    for (const name of names) {
      const alarm = findAlarm(tx, ctx, name);
      if (alarm === undefined) {
        throw alarmNotFound(name);
      }
      cancelEvaluation(tx, ctx, alarm);
      unlink(tx, ctx, alarm.rule, name);
      alarms.delete(tx, alarmKey(ctx, name));
      noteConfiguration(tx, ctx.sinks, ctx, { alarm, operation: "delete" });
    }
    for (const name of names) {
      const [dependent] = [...parents.list(tx, { prefix: alarmKey(ctx, name), limit: 1 })];
      if (dependent !== undefined) {
        throw validation(`Cannot delete ${name} as there are primary alarms depending on it.`);
      }
    }
  });
};
