import { dashboardArn } from "../dashboard.ts";
import { dashboardNotFound } from "../errors.ts";
import { dashboards } from "../keys.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
export const getDashboard: CloudWatchOperation<"GetDashboard"> = async (ctx, input) => {
  const { DashboardName } = input;
  const found = await ctx.store.read((tx) => dashboards.get(tx, [ctx.accountId, DashboardName]));
  if (found === undefined) {
    throw dashboardNotFound([DashboardName]);
  }
  const DashboardArn = dashboardArn(ctx.accountId, DashboardName);
  return { DashboardName, DashboardArn, DashboardBody: found.body };
};
