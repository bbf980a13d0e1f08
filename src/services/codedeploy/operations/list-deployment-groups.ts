import { requireApplication } from "../application.ts";
import { groups, ownerKey } from "../keys.ts";
import { namesOf } from "../listing.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentGroups.html */
export const listDeploymentGroups: CodeDeployOperation<"ListDeploymentGroups"> = async (
  ctx,
  input,
) => {
  const { applicationName } = input;
  return ctx.store.read((tx) => {
    requireApplication(tx, ctx, applicationName);
    const source = { records: groups, prefix: [...ownerKey(ctx), applicationName] };
    const { names, nextToken } = namesOf(tx, source, input.nextToken);
    return {
      applicationName,
      deploymentGroups: names,
      ...(nextToken !== undefined && { nextToken }),
    };
  });
};
