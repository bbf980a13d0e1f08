import { setActionsEnabled } from "../alarms/enabling.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html */
export const enableAlarmActions: CloudWatchOperation<"EnableAlarmActions"> = (ctx, input) =>
  setActionsEnabled(ctx, input.AlarmNames, { actionsEnabled: true });
