import { PREDEFINED } from "../deployment-config.ts";
import { configs, ownerKey } from "../keys.ts";
import { namesOf } from "../listing.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentConfigs.html */
export const listDeploymentConfigs: CodeDeployOperation<"ListDeploymentConfigs"> = async (
  ctx,
  input,
) =>
  ctx.store.read((tx) => {
    const source = { records: configs, prefix: ownerKey(ctx) };
    const { names, nextToken } = namesOf(tx, source, input.nextToken);
    const before = input.nextToken === undefined ? [...PREDEFINED.keys()] : [];
    return {
      deploymentConfigsList: [...before, ...names],
      ...(nextToken !== undefined && { nextToken }),
    };
  });
