/**
 * Endpoints as each protocol has them.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
import { parseArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { invalidParameter } from "./errors.ts";
import { isPhoneNumber } from "./phone-number.ts";
import type { SupportedProtocol } from "./subscription.ts";
import { isFifoName } from "./topic-name.ts";

const SUPPORTED = new Set<string>([
  "sqs",
  "lambda",
  "http",
  "https",
  "email",
  "email-json",
  "sms",
] satisfies readonly SupportedProtocol[]);
const REFUSED = new Set(["application", "firehose"]);

/** FIFO topics have queues for subscribers, and nothing else. */
export function protocolOf(
  protocol: string,
  { isFifo }: { readonly isFifo: boolean },
): SupportedProtocol {
  if (!SUPPORTED.has(protocol) && !REFUSED.has(protocol)) {
    throw invalidParameter(
      `Amazon SNS Subscription: Does not support this protocol string: ${protocol}`,
    );
  }
  if (isFifo && protocol !== "sqs") {
    throw invalidParameter(`Invalid protocol type: ${protocol}`);
  }
  if (REFUSED.has(protocol)) {
    throw notSupported("Subscribe", `the protocol ${protocol}`);
  }
  return protocol as SupportedProtocol;
}

const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The endpoint as it is kept. */
export function endpointOf(
  protocol: SupportedProtocol,
  endpoint: string | undefined,
  { isFifo }: { readonly isFifo: boolean },
): string {
  switch (protocol) {
    case "sqs":
      return queueArn(endpoint, isFifo);
    case "lambda":
      return checked(endpoint, serviceOf(endpoint) === "lambda", "Lambda endpoint ARN");
    case "http":
    case "https":
      return checked(
        endpoint,
        isUrl(endpoint, protocol),
        "Endpoint must match the specified protocol",
      );
    case "email":
    case "email-json":
      return checked(endpoint, EMAIL_ADDRESS.test(endpoint ?? ""), "Email address");
    case "sms":
      return checked(
        endpoint,
        isPhoneNumber(endpoint ?? ""),
        `Invalid SMS endpoint: ${endpoint ?? ""}`,
      );
  }
}

function queueArn(endpoint: string | undefined, isFifo: boolean): string {
  const arn = checked(endpoint, serviceOf(endpoint) === "sqs", "SQS endpoint ARN");
  if (isFifoName(arn) && !isFifo) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  return arn;
}

function checked(endpoint: string | undefined, isValid: boolean, fault: string): string {
  if (endpoint === undefined || !isValid) {
    throw invalidParameter(fault);
  }
  return endpoint;
}

function serviceOf(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : parseArn(endpoint)?.service;
}

function isUrl(endpoint: string | undefined, scheme: string): boolean {
  return (
    endpoint?.startsWith(`${scheme}://`) === true &&
    URL.canParse(endpoint) &&
    new URL(endpoint).hostname !== ""
  );
}
