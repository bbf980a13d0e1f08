import { requireApplication } from "../application.ts";
import { describeGroup, requireGroup } from "../deployment-group.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentGroup.html */
export const getDeploymentGroup: CodeDeployOperation<"GetDeploymentGroup"> = async (ctx, input) => {
  const { applicationName: application, deploymentGroupName: group } = input;
  return ctx.store.read((tx) => {
    requireApplication(tx, ctx, application);
    return { deploymentGroupInfo: describeGroup(requireGroup(tx, ctx, { application, group })) };
  });
};
