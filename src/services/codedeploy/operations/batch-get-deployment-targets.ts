import { describeTarget } from "../deployment.ts";
import { tooManyTargets } from "../errors.ts";
import { BATCH_MAX } from "../limits.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { requireTarget } from "../target.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentTargets.html */
export const batchGetDeploymentTargets: CodeDeployOperation<"BatchGetDeploymentTargets"> = async (
  ctx,
  input,
) => {
  const { deploymentId, targetIds } = input;
  if (targetIds.length > BATCH_MAX) {
    throw tooManyTargets();
  }
  return ctx.store.read((tx) => ({
    deploymentTargets: targetIds.map((targetId) =>
      describeTarget(requireTarget(tx, ctx, { deploymentId, targetId })),
    ),
  }));
};
