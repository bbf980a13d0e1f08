import { type ValidationMessage, validateBody } from "../dashboard.ts";
import { dashboardInvalid } from "../errors.ts";
import { dashboards } from "../keys.ts";
import { DASHBOARD_BYTES_MAX } from "../limits.ts";
import type { CloudWatchOperation } from "../ports.ts";
import { tagsOf } from "../tags.ts";

const NAME = /^[\w-]{1,255}$/;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
export const putDashboard: CloudWatchOperation<"PutDashboard"> = async (ctx, input) => {
  const { DashboardName: name, DashboardBody: body } = input;
  if (!NAME.test(name)) {
    throw refused(`The value ${name} for parameter DashboardName is invalid`);
  }
  if (Buffer.byteLength(body) > DASHBOARD_BYTES_MAX) {
    throw refused(`The dashboard body must not be longer than ${DASHBOARD_BYTES_MAX} bytes`);
  }
  const { isBroken, messages } = validateBody(body);
  if (isBroken) {
    throw dashboardInvalid(messages);
  }
  await ctx.store.write((tx) => {
    const key = [ctx.accountId, name];
    const tags = dashboards.get(tx, key)?.tags ?? tagsOf(input.Tags);
    dashboards.put(tx, key, { name, body, modifiedMs: tx.nowMs, tags });
  });
  return { DashboardValidationMessages: messages };
};

function refused(Message: string): ReturnType<typeof dashboardInvalid> {
  const messages: readonly ValidationMessage[] = [{ Message }];
  return dashboardInvalid(messages);
}
