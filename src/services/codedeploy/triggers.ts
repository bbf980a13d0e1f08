/**
 * Triggers: a topic is told in the transaction that changes a deployment.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-sns-event-notifications-json-format.html
 */
import { deliver, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { type Deployment, describeDeployment } from "./deployment.ts";
import { groupKey, groups } from "./keys.ts";
import { arnOf } from "./tags.ts";

export type TriggerEvent =
  | "DeploymentStart"
  | "DeploymentSuccess"
  | "DeploymentFailure"
  | "DeploymentStop"
  | "DeploymentRollback";

const STATUS_IN_SUBJECT = {
  Created: "CREATED",
  InProgress: "STARTED",
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  Stopped: "STOPPED",
} as const;

export function pullTriggers(
  tx: WriteTx,
  sinks: Sinks,
  deployment: Deployment,
  event: TriggerEvent,
): void {
  const { application, group: name, id, region, accountId } = deployment;
  const group = groups.get(tx, groupKey(deployment, { application, group: name }));
  const wanted = (group?.triggers ?? []).filter(({ triggerEvents }) =>
    triggerEvents?.includes(event),
  );
  for (const { triggerName, triggerTargetArn = "" } of wanted) {
    const { completeTime, deploymentOverview, errorInformation } = describeDeployment(deployment);
    deliver(tx, sinks, triggerTargetArn, {
      sourceArn: arnOf(deployment, `deploymentgroup:${application}/${name}`),
      subject: `${STATUS_IN_SUBJECT[deployment.status]}: AWS CodeDeploy ${id} in ${region} to ${application}`,
      payload: JSON.stringify({
        region,
        accountId,
        eventTriggerName: triggerName,
        applicationName: application,
        deploymentId: id,
        deploymentGroupName: name,
        createTime: timeText(deployment.createdMs),
        completeTime: completeTime === undefined ? null : timeText(completeTime.getTime()),
        deploymentOverview: JSON.stringify(deploymentOverview),
        status: deployment.status.toUpperCase(),
        ...(errorInformation && {
          errorInformation: JSON.stringify({
            ErrorCode: errorInformation.code,
            ErrorMessage: errorInformation.message,
          }),
        }),
      }),
    });
  }
}

/** `Wed Jan 01 00:00:00 UTC 2026` */
function timeText(ms: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(ms)
    .toUTCString()
    .split(" ");
  return `${day.replace(",", "")} ${month} ${date} ${time} UTC ${year}`;
}
