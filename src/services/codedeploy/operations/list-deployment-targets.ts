import { describeTarget, requireDeployment } from "../deployment.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentTargets.html */
export const listDeploymentTargets: CodeDeployOperation<"ListDeploymentTargets"> = async (
  ctx,
  input,
) =>
  ctx.store.read((tx) => {
    const { deploymentId, targetFilters } = input;
    const { lambdaTarget } = describeTarget(requireDeployment(tx, ctx, deploymentId));
    const wanted = targetFilters?.["TargetStatus"];
    const isWanted = wanted === undefined || wanted.includes(lambdaTarget?.status ?? "");
    return { targetIds: isWanted ? [lambdaTarget?.targetId ?? ""] : [] };
  });
