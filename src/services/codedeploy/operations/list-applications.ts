import { applications, ownerKey } from "../keys.ts";
import { namesOf } from "../listing.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListApplications.html */
export const listApplications: CodeDeployOperation<"ListApplications"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const source = { records: applications, prefix: ownerKey(ctx) };
    const { names, nextToken } = namesOf(tx, source, input.nextToken);
    return { applications: names, ...(nextToken !== undefined && { nextToken }) };
  });
