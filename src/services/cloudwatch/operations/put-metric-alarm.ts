import { configured, noteConfiguration, presentAlarm } from "../alarms/configure.ts";
import { scheduleEvaluation } from "../alarms/evaluation.ts";
import { actionsOf, metricSettings } from "../alarms/settings.ts";
import { validation } from "../errors.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const putMetricAlarm: CloudWatchOperation<"PutMetricAlarm"> = async (ctx, input) => {
  const metric = metricSettings(input, ctx.accountId);
  const actions = actionsOf(input, "PutMetricAlarm");
  await ctx.store.write((tx) => {
    const { present, operation } = presentAlarm(tx, ctx, input);
    if (present?.rule !== undefined) {
      throw validation(`A composite alarm with the name ${input.AlarmName} already exists.`);
    }
    const alarm = configured(present, input, { metric, actions }, tx.nowMs);
    const armed = present?.dueMs === undefined ? alarm : { ...alarm, dueMs: present.dueMs };
    noteConfiguration(tx, ctx.sinks, ctx, { alarm, operation });
    scheduleEvaluation(tx, ctx, armed);
  });
};
