/**
 * What becomes of asynchronous invocations of a function: how often and how long they are tried,
 * and where their records go.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { constraintFailed, invalidParameterValue } from "./errors.ts";
import {
  type FunctionId,
  type FunctionReference,
  functionArn,
  LATEST,
  qualifiedArn,
} from "./function-name.ts";
import { eventInvokeConfigs, qualifiedKey } from "./keys.ts";
import { EVENT_AGE_SECONDS_MAX, RETRY_ATTEMPTS_MAX } from "./limits.ts";

/** What is absent has its default. */
export interface EventInvokeConfig {
  readonly modifiedMs: number;
  readonly retryAttemptsMax?: number | undefined;
  readonly eventAgeSecondsMax?: number | undefined;
  /** ARNs; an empty destination was given as one. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** What governs a function's asynchronous invocations, with the defaults filled in. */
export interface AsyncRules {
  readonly retryAttemptsMax: number;
  readonly eventAgeMsMax: number;
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
}

export function asyncRules(tx: ReadTx, reference: FunctionReference): AsyncRules {
  const config = eventInvokeConfigs.get(tx, qualifiedKey(reference));
  return {
    retryAttemptsMax: config?.retryAttemptsMax ?? RETRY_ATTEMPTS_MAX,
    eventAgeMsMax: (config?.eventAgeSecondsMax ?? EVENT_AGE_SECONDS_MAX) * 1_000,
    onSuccess: config?.onSuccess,
    onFailure: config?.onFailure,
  };
}

type Given = Omit<Input<"lambda", "PutFunctionEventInvokeConfig">, "FunctionName" | "Qualifier">;

/** The settings given; those not given are absent. */
export function givenConfig(id: FunctionId, given: Given, nowMs: number): EventInvokeConfig {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = given;
  if (
    MaximumRetryAttempts === undefined &&
    MaximumEventAgeInSeconds === undefined &&
    DestinationConfig === undefined
  ) {
    throw invalidParameterValue(
      "You must specify at least one of error handling or destination setting.",
    );
  }
  return {
    modifiedMs: nowMs,
    retryAttemptsMax: MaximumRetryAttempts,
    eventAgeSecondsMax: MaximumEventAgeInSeconds,
    onSuccess: destination(id, DestinationConfig?.OnSuccess?.Destination, "onSuccess"),
    onFailure: destination(id, DestinationConfig?.OnFailure?.Destination, "onFailure"),
  };
}

const SERVICES: ReadonlySet<string> = new Set(["sqs", "sns", "lambda", "events"]);

function destination(
  id: FunctionId,
  arn: string | undefined,
  member: "onSuccess" | "onFailure",
): string | undefined {
  if (arn === undefined || arn === "") {
    return undefined;
  }
  const parsed = parseArn(arn);
  if (parsed === undefined) {
    throw constraintFailed(
      arn,
      `destinationConfig.${member}.destination`,
      "Member must satisfy regular expression pattern: " +
        "^$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
    );
  }
  const isBucket = parsed.service === "s3" && member === "onFailure";
  if (!SERVICES.has(parsed.service) && !isBucket) {
    // https://github.com/serverless/serverless/issues/7507
    throw invalidParameterValue(`The destination ARN ${arn} is invalid.`);
  }
  if (arn === functionArn(id)) {
    throw invalidParameterValue("You can't specify the function as a destination for itself.");
  }
  return arn;
}

export function shownConfig(
  reference: FunctionReference,
  config: EventInvokeConfig,
): Output<"lambda", "GetFunctionEventInvokeConfig"> {
  return {
    LastModified: new Date(config.modifiedMs),
    FunctionArn: qualifiedArn(reference, reference.qualifier ?? LATEST),
    MaximumRetryAttempts: config.retryAttemptsMax,
    MaximumEventAgeInSeconds: config.eventAgeSecondsMax,
    DestinationConfig: {
      OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
      OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
    },
  };
}
