import { describeApplication, requireApplication } from "../application.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetApplication.html */
export const getApplication: CodeDeployOperation<"GetApplication"> = async (ctx, input) =>
  ctx.store.read((tx) => ({
    application: describeApplication(requireApplication(tx, ctx, input.applicationName)),
  }));
