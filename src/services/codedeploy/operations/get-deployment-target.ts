import { describeTarget } from "../deployment.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { requireTarget } from "../target.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentTarget.html */
export const getDeploymentTarget: CodeDeployOperation<"GetDeploymentTarget"> = async (ctx, input) =>
  ctx.store.read((tx) => ({
    deploymentTarget: describeTarget(requireTarget(tx, ctx, input)),
  }));
