/** What of API Gateway is the account's, in a region. */
import type { Account } from "../../wire/models/apigateway.gen.ts";
import { BURST_LIMIT_DEFAULT, RATE_LIMIT_DEFAULT } from "../api-front/token-buckets.ts";
import type { AccountRecord } from "./keys.ts";

export function shownAccount({ cloudwatchRoleArn }: AccountRecord): Account {
  return {
    cloudwatchRoleArn,
    throttleSettings: { burstLimit: BURST_LIMIT_DEFAULT, rateLimit: RATE_LIMIT_DEFAULT },
    features: ["UsagePlans"],
    apiKeyVersion: "4",
  };
}
