import { notSupported } from "../../../wire/aws-error.ts";
import { invalidFor, invalidParameter } from "../errors.ts";
import { smsSettings } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { smsSettingsOf } from "../text-message.ts";

/** An empty text takes a setting away, as Terraform does when it is done. */
const CHECKS: Readonly<Record<string, RegExp>> = {
  UsageReportS3Bucket: /^$/,
  MonthlySpendLimit: /^\d+$/,
  DeliveryStatusIAMRole: /^arn:[^:]+:iam::\d{12}:role\/.+$/,
  DeliveryStatusSuccessSamplingRate: /^(\d{1,2}|100)$/,
  DefaultSenderID: /^[A-Za-z0-9-]{1,11}$/,
  DefaultSMSType: /^(Promotional|Transactional)$/,
};

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html */
export const setSMSAttributes: SnsOperation<"SetSMSAttributes"> = async (ctx, input) => {
  for (const [name, value] of Object.entries(input.attributes)) {
    if (name === "UsageReportS3Bucket" && value !== "") {
      throw notSupported("SetSMSAttributes", "usage reports (UsageReportS3Bucket)");
    }
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) {
      throw invalidParameter(`${name} is not a valid attribute`);
    }
    if (value !== "" && !check.test(value)) {
      throw invalidFor(name, `${value} is not a valid value`);
    }
  }
  await ctx.store.write((tx) => {
    const changed = { ...smsSettingsOf(tx, ctx), ...input.attributes };
    const kept = Object.entries(changed).filter(([, value]) => value !== "");
    smsSettings.put(tx, [ctx.region, ctx.accountId], Object.fromEntries(kept));
  });
  return {};
};
