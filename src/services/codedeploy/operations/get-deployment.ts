import { describeDeployment, requireDeployment } from "../deployment.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html */
export const getDeployment: CodeDeployOperation<"GetDeployment"> = async (ctx, input) =>
  ctx.store.read((tx) => ({
    deploymentInfo: describeDeployment(requireDeployment(tx, ctx, input.deploymentId)),
  }));
