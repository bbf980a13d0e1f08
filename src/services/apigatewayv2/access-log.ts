/** The access logs that a stage may ask for. */
import { parseArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { logGroupOf } from "../api-front/access-log.ts";
import { badRequest } from "./errors.ts";
import type { StageRecord } from "./keys.ts";

type AccessLogSettings = NonNullable<StageRecord["settings"]["AccessLogSettings"]>;

/** What a stage may ask for. */
export function checkAccessLog(operation: string, settings: AccessLogSettings | undefined): void {
  const { DestinationArn, Format } = settings ?? {};
  if (DestinationArn === undefined && Format === undefined) {
    return;
  }
  if (parseArn(DestinationArn ?? "")?.service === "firehose") {
    throw notSupported(operation, "access logs to Firehose");
  }
  if (logGroupOf(DestinationArn) === undefined) {
    throw badRequest("Invalid ARN specified in the request");
  }
  if (!/\$context\.(extendedRequestId|requestId)\b/.test(Format ?? "")) {
    throw badRequest("Access log format must contain at least $context.requestId");
  }
}
