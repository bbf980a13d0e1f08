import { describeApplication, requireApplication } from "../application.ts";
import { batchLimitExceeded } from "../errors.ts";
import { PAGE_MAX } from "../limits.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetApplications.html */
export const batchGetApplications: CodeDeployOperation<"BatchGetApplications"> = async (
  ctx,
  input,
) => {
  if (input.applicationNames.length > PAGE_MAX) {
    throw batchLimitExceeded();
  }
  return ctx.store.read((tx) => ({
    applicationsInfo: input.applicationNames.map((name) =>
      describeApplication(requireApplication(tx, ctx, name)),
    ),
  }));
};
