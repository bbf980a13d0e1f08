import { notSupported } from "../../../wire/aws-error.ts";
import { filteredPage } from "../../pages.ts";
import { requireApplication } from "../application.ts";
import { requireGroup } from "../deployment-group.ts";
import { applicationNameRequired, groupNameRequired } from "../errors.ts";
import { deployments, histories, ownerKey } from "../keys.ts";
import { PAGE_MAX } from "../limits.ts";
import { checkedToken } from "../listing.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeployments.html */
export const listDeployments: CodeDeployOperation<"ListDeployments"> = async (ctx, input) => {
  const { applicationName: application, deploymentGroupName: group } = input;
  if (application === undefined && group !== undefined) {
    throw applicationNameRequired();
  }
  if (application !== undefined && group === undefined) {
    throw groupNameRequired();
  }
  if (input.externalId !== undefined) {
    throw notSupported("ListDeployments", "externalId");
  }
  const { includeOnlyStatuses: statuses, createTimeRange: { start, end } = {} } = input;
  const limit = PAGE_MAX;
  return ctx.store.read((tx) => {
    if (application !== undefined && group !== undefined) {
      requireApplication(tx, ctx, application);
      requireGroup(tx, ctx, { application, group });
    }
    const source = {
      records: histories,
      prefix: ownerKey(ctx),
      isWanted: (row: { id: string; application: string; group: string }): boolean => {
        const deployment = deployments.get(tx, [...ownerKey(ctx), row.id]);
        return (
          deployment !== undefined &&
          (application === undefined || row.application === application) &&
          (group === undefined || row.group === group) &&
          (statuses === undefined || statuses.includes(deployment.status)) &&
          (start === undefined || deployment.createdMs >= start.getTime()) &&
          (end === undefined || deployment.createdMs < end.getTime())
        );
      },
    };
    const page = filteredPage(tx, source, { token: checkedToken(input.nextToken), limit });
    return {
      deployments: page.items.map(({ record }) => record.id),
      ...(page.token !== undefined && { nextToken: page.token }),
    };
  });
};
