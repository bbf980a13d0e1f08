import { currentEvent, isOver, requireDeployment } from "../deployment.ts";
import {
  deploymentIdRequired,
  hookAlreadyCompleted,
  invalidHookId,
  invalidHookStatus,
} from "../errors.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { fail, leave } from "../progress.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html */
export const putLifecycleEventHookExecutionStatus: CodeDeployOperation<
  "PutLifecycleEventHookExecutionStatus"
> = async (ctx, input) => {
  const { deploymentId, lifecycleEventHookExecutionId: hookId, status } = input;
  if (deploymentId === undefined) {
    throw deploymentIdRequired();
  }
  if (status !== "Succeeded" && status !== "Failed") {
    throw invalidHookStatus();
  }
  return ctx.store.write((tx) => {
    const deployment = requireDeployment(tx, ctx, deploymentId);
    const event = deployment.events.find((one) => one.hookId === hookId);
    if (hookId === undefined || event === undefined) {
      throw invalidHookId();
    }
    if (isOver(deployment) || currentEvent(deployment)?.hookId !== hookId) {
      throw hookAlreadyCompleted();
    }
    if (status === "Succeeded") {
      leave(tx, ctx, deployment);
    } else {
      fail(tx, ctx, deployment, {
        code: "HOOK_EXECUTION_FAILURE",
        message: `The deployment failed because the function of the ${event.name} lifecycle event reported Failed.`,
      });
    }
    return { lifecycleEventHookExecutionId: hookId };
  });
};
