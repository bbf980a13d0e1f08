/**
 * What a delivery policy may say.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
import { parseJsonObject } from "../../base/json.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelaySeconds } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";

const RETRIES_MAX = 100;
const DELAY_SECONDS_MAX = 3600;
const RETRY_TIME_SECONDS_MAX = 3600;

type Json = Readonly<Record<string, unknown>>;

/** Checks the attribute of a topic, and answers it as it is kept. */
export function checkTopicDeliveryPolicy(text: string): string {
  const json = parsed(text);
  checkMembers(json, "", ["http"]);
  const http = member(json, "http");
  checkMembers(http, "http.", [
    "defaultHealthyRetryPolicy",
    "disableSubscriptionOverrides",
    "defaultThrottlePolicy",
    "defaultRequestPolicy",
    "defaultSicklyRetryPolicy",
  ]);
  checkRetries(member(http, "defaultHealthyRetryPolicy"), "http.defaultHealthyRetryPolicy");
  checkThrottle(member(http, "defaultThrottlePolicy"), "http.defaultThrottlePolicy");
  checkRequest(member(http, "defaultRequestPolicy"), "http.defaultRequestPolicy");
  const overrides = http["disableSubscriptionOverrides"];
  if (overrides !== undefined && typeof overrides !== "boolean") {
    throw fault("http.disableSubscriptionOverrides must be a boolean");
  }
  return JSON.stringify(json);
}

/** Checks the attribute of a subscription. */
export function checkSubscriptionDeliveryPolicy(text: string): string {
  const json = parsed(text);
  checkMembers(json, "", [
    "healthyRetryPolicy",
    "throttlePolicy",
    "requestPolicy",
    "sicklyRetryPolicy",
    "guaranteed",
  ]);
  checkRetries(member(json, "healthyRetryPolicy"), "healthyRetryPolicy");
  checkThrottle(member(json, "throttlePolicy"), "throttlePolicy");
  checkRequest(member(json, "requestPolicy"), "requestPolicy");
  return text;
}

const NUMBERS = [
  "minDelayTarget",
  "maxDelayTarget",
  "numRetries",
  "numMaxDelayRetries",
  "numNoDelayRetries",
  "numMinDelayRetries",
] as const;
const FUNCTIONS: readonly unknown[] = ["linear", "arithmetic", "geometric", "exponential"];

function checkRetries(given: Json, path: string): void {
  checkMembers(given, `${path}.`, [...NUMBERS, "backoffFunction"]);
  for (const name of NUMBERS) {
    const value = given[name];
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0)) {
      throw fault(`${path}.${name} must be an integer greater than or equal to 0`);
    }
  }
  if (given["backoffFunction"] !== undefined && !FUNCTIONS.includes(given["backoffFunction"])) {
    throw fault(`${path}.backoffFunction must be one of ${FUNCTIONS.join(", ")}`);
  }
  checkRetryLimits({ ...DEFAULT_RETRY_POLICY, ...given } as RetryPolicy, path);
}

function checkRetryLimits(policy: RetryPolicy, path: string): void {
  const { minDelayTarget, maxDelayTarget, numRetries } = policy;
  if (numRetries > RETRIES_MAX) {
    throw fault(`${path}.numRetries must be less than or equal to ${RETRIES_MAX}`);
  }
  if (maxDelayTarget > DELAY_SECONDS_MAX) {
    throw fault(`${path}.maxDelayTarget must be less than or equal to ${DELAY_SECONDS_MAX}`);
  }
  if (minDelayTarget < 1) {
    throw fault(`${path}.minDelayTarget must be greater than or equal to 1`);
  }
  if (minDelayTarget > maxDelayTarget) {
    throw fault(`${path}.maxDelayTarget must be greater than or equal to minDelayTarget`);
  }
  const inPhases = policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries;
  if (inPhases > numRetries) {
    throw fault(`${path}.numRetries must be greater than or equal to the retries of its phases`);
  }
  let seconds = 0;
  for (let retry = 1; retry <= numRetries; retry += 1) {
    seconds += retryDelaySeconds(policy, retry);
  }
  if (seconds > RETRY_TIME_SECONDS_MAX) {
    throw fault(`${path}: the total retry time must not exceed ${RETRY_TIME_SECONDS_MAX} seconds`);
  }
}

function checkThrottle(given: Json, path: string): void {
  checkMembers(given, `${path}.`, ["maxReceivesPerSecond"]);
  const value = given["maxReceivesPerSecond"];
  if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 1)) {
    throw fault(`${path}.maxReceivesPerSecond must be an integer greater than or equal to 1`);
  }
}

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const CONTENT_TYPES = new Set([
  "application/atom+xml",
  "application/json",
  "application/octet-stream",
  "application/soap+xml",
  "application/x-www-form-urlencoded",
  "application/xhtml+xml",
  "application/xml",
  "text/css",
  "text/csv",
  "text/html",
  "text/plain",
  "text/xml",
]);

function checkRequest(given: Json, path: string): void {
  checkMembers(given, `${path}.`, ["headerContentType"]);
  const value = given["headerContentType"];
  const media = typeof value === "string" ? (value.split(";")[0] ?? "").trim().toLowerCase() : "";
  if (value !== undefined && !CONTENT_TYPES.has(media)) {
    throw fault(`${path}.headerContentType is not supported`);
  }
}

function checkMembers(json: Json, path: string, known: readonly string[]): void {
  const unknown = Object.keys(json).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw fault(`${path}${unknown} is not a valid attribute`);
  }
}

function member(json: Json, name: string): Json {
  const value = json[name] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw fault(`${name} must be an object`);
  }
  return value as Json;
}

function parsed(text: string): Json {
  const json = parseJsonObject(text);
  if (json === undefined) {
    throw fault("failed to parse JSON.");
  }
  return json;
}

function fault(what: string): ReturnType<typeof invalidParameter> {
  return invalidParameter(`DeliveryPolicy: ${what}`);
}
