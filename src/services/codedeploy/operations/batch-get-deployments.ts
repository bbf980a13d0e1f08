import { describeDeployment, requireDeployment } from "../deployment.ts";
import { batchLimitExceeded } from "../errors.ts";
import { BATCH_MAX } from "../limits.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html */
export const batchGetDeployments: CodeDeployOperation<"BatchGetDeployments"> = async (
  ctx,
  input,
) => {
  if (input.deploymentIds.length > BATCH_MAX) {
    throw batchLimitExceeded();
  }
  return ctx.store.read((tx) => ({
    deploymentsInfo: input.deploymentIds.map((id) =>
      describeDeployment(requireDeployment(tx, ctx, id)),
    ),
  }));
};
