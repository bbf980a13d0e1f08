import { setActionsEnabled } from "../alarms/enabling.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html */
export const disableAlarmActions: CloudWatchOperation<"DisableAlarmActions"> = (ctx, input) =>
  setActionsEnabled(ctx, input.AlarmNames, { actionsEnabled: false });
