import { pageOf } from "../../pages.ts";
import { dashboardArn } from "../dashboard.ts";
import { dashboards } from "../keys.ts";
import { DASHBOARDS_PER_PAGE_MAX } from "../limits.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
export const listDashboards: CloudWatchOperation<"ListDashboards"> = async (ctx, input) => {
  const source = {
    records: dashboards,
    prefix: [ctx.accountId],
    namePrefix: input.DashboardNamePrefix,
  };
  const request = { token: input.NextToken, limit: DASHBOARDS_PER_PAGE_MAX };
  const { items, token } = await ctx.store.read((tx) => pageOf(tx, source, request));
  return {
    DashboardEntries: items.map(({ name, record }) => ({
      DashboardName: name,
      DashboardArn: dashboardArn(ctx.accountId, name),
      LastModified: new Date(record.modifiedMs),
      Size: Buffer.byteLength(record.body),
    })),
    ...(token !== undefined && { NextToken: token }),
  };
};
