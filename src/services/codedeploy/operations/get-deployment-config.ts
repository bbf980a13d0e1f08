import { describeConfig, requireConfig } from "../deployment-config.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentConfig.html */
export const getDeploymentConfig: CodeDeployOperation<"GetDeploymentConfig"> = async (ctx, input) =>
  ctx.store.read((tx) => ({
    deploymentConfigInfo: describeConfig(requireConfig(tx, ctx, input.deploymentConfigName)),
  }));
