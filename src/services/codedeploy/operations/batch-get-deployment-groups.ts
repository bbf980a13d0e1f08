import { requireApplication } from "../application.ts";
import { describeGroup, requireGroup } from "../deployment-group.ts";
import { batchLimitExceeded } from "../errors.ts";
import { PAGE_MAX } from "../limits.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentGroups.html */
export const batchGetDeploymentGroups: CodeDeployOperation<"BatchGetDeploymentGroups"> = async (
  ctx,
  input,
) => {
  const { applicationName: application, deploymentGroupNames: names } = input;
  if (names.length > PAGE_MAX) {
    throw batchLimitExceeded();
  }
  return ctx.store.read((tx) => {
    requireApplication(tx, ctx, application);
    return {
      deploymentGroupsInfo: names.map((group) =>
        describeGroup(requireGroup(tx, ctx, { application, group })),
      ),
    };
  });
};
