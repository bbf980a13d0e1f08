/**
 * From a request to what a mapping of a stream has beside the rest.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
import { parseArn } from "../../base/arn.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameterValue } from "./errors.ts";
import type { StreamSettings } from "./mapping.ts";
import { checkOnFailure } from "./mapping-stream-checks.ts";

type Create = Input<"lambda", "CreateEventSourceMapping">;
type Update = Input<"lambda", "UpdateEventSourceMapping">;

const RECORD_AGE_SECONDS_MIN = 60;
const DESTINATION_SERVICES: ReadonlySet<string> = new Set(["sqs", "sns", "s3"]);

/** With the defaults of what `changedStreamSettings` reads from the same request. */
export function newStreamSettings(input: Create): StreamSettings {
  const start = input.StartingPosition;
  if (start === undefined) {
    throw invalidParameterValue(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy " +
        "constraint: Member must not be null.",
    );
  }
  const isKinesis = parseArn(input.EventSourceArn ?? "")?.service === "kinesis";
  if (start === "AT_TIMESTAMP" && !isKinesis) {
    throw invalidParameterValue(
      "Unsupported starting position for the event source: AT_TIMESTAMP is not valid for DynamoDB.",
    );
  }
  const timestamp = input.StartingPositionTimestamp;
  if (start === "AT_TIMESTAMP" && timestamp === undefined) {
    // https://github.com/serverless/serverless/issues/12111
    throw invalidParameterValue("Need to specify a timestamp");
  }
  if (start !== "AT_TIMESTAMP" && timestamp !== undefined) {
    throw invalidParameterValue(
      "StartingPositionTimestamp must be set if and only if StartingPosition is AT_TIMESTAMP.",
    );
  }
  return {
    start: start as StreamSettings["start"],
    timestampMs: timestamp?.getTime(),
    parallelization: 1,
    bisects: false,
    retryAttemptsMax: -1,
    recordAgeSecondsMax: -1,
    tumblingWindowSeconds: 0,
  };
}

export function changedStreamSettings(
  current: StreamSettings,
  input: Omit<Update, "UUID" | "FunctionName">,
): StreamSettings {
  const changed: StreamSettings = {
    ...current,
    parallelization: input.ParallelizationFactor ?? current.parallelization,
    bisects: input.BisectBatchOnFunctionError ?? current.bisects,
    retryAttemptsMax: input.MaximumRetryAttempts ?? current.retryAttemptsMax,
    recordAgeSecondsMax: input.MaximumRecordAgeInSeconds ?? current.recordAgeSecondsMax,
    tumblingWindowSeconds: input.TumblingWindowInSeconds ?? current.tumblingWindowSeconds,
    onFailureArn:
      input.DestinationConfig === undefined
        ? current.onFailureArn
        : destinationOf(input.DestinationConfig),
  };
  const ageSeconds = changed.recordAgeSecondsMax;
  if (ageSeconds !== -1 && ageSeconds < RECORD_AGE_SECONDS_MIN) {
    throw invalidParameterValue(
      `MaximumRecordAgeInSeconds must be -1 or at least ${RECORD_AGE_SECONDS_MIN}.`,
    );
  }
  if (changed.tumblingWindowSeconds > 0 && changed.parallelization > 1) {
    throw invalidParameterValue(
      "ParallelizationFactor must be 1 when TumblingWindowInSeconds is set.",
    );
  }
  return changed;
}

function destinationOf(config: NonNullable<Update["DestinationConfig"]>): string | undefined {
  if (config.OnSuccess?.Destination !== undefined) {
    throw invalidParameterValue(
      "Unsupported DestinationConfig parameter for given event source mapping type.",
    );
  }
  const arn = config.OnFailure?.Destination;
  if (config.OnFailure !== undefined && arn === undefined) {
    // https://github.com/aws-controllers-k8s/community/issues/2865
    throw invalidParameterValue(
      "The Destination field is required for an OnFailure configuration.",
    );
  }
  if (arn === undefined || arn === "") {
    return undefined;
  }
  checkOnFailure(arn);
  if (!DESTINATION_SERVICES.has(parseArn(arn)?.service ?? "")) {
    throw invalidParameterValue(`The destination ARN ${arn} is invalid.`);
  }
  return arn;
}
