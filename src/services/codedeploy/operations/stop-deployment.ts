import { isOver, requireDeployment } from "../deployment.ts";
import { deploymentAlreadyCompleted } from "../errors.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { stop } from "../progress.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html */
export const stopDeployment: CodeDeployOperation<"StopDeployment"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const deployment = requireDeployment(tx, ctx, input.deploymentId);
    if (isOver(deployment)) {
      throw deploymentAlreadyCompleted(deployment.id, deployment.status);
    }
    const event = "DEPLOYMENT_STOP_ON_REQUEST";
    const { autoRollbackEnabled } = input;
    const rollsBackOn =
      autoRollbackEnabled === undefined
        ? deployment.rollsBackOn
        : autoRollbackEnabled
          ? [event]
          : [];
    const error = { code: "MANUAL_STOP", message: "The deployment was stopped by the user." };
    stop(tx, ctx, { ...deployment, rollsBackOn }, { error, event });
    return {
      status: "Succeeded",
      statusMessage: "No more commands will be scheduled for execution in the deployment instances",
    };
  });
