import { dashboardNotFound } from "../errors.ts";
import { dashboards } from "../keys.ts";
import type { CloudWatchOperation } from "../ports.ts";

/**
 * All of them or none.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
 */
export const deleteDashboards: CloudWatchOperation<"DeleteDashboards"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const keys = input.DashboardNames.map((name) => [ctx.accountId, name] as const);
    const unknown = keys.filter((key) => dashboards.get(tx, key) === undefined);
    if (unknown.length > 0) {
      throw dashboardNotFound(unknown.map(([, name]) => name));
    }
    for (const key of keys) {
      dashboards.delete(tx, key);
    }
  });
  return {};
};
