/**
 * How far a mapping scales: its maximum concurrency, or the pollers of provisioned mode.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
 */
import type { PollerCounts } from "../../outbox/event-source.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameterValue } from "./errors.ts";
import type { MappingSettings } from "./mapping.ts";
import { unsupportedParameter } from "./mapping-errors.ts";

type Given = Input<"lambda", "UpdateEventSourceMapping">["ProvisionedPollerConfig"];

/** Of queues; the model has the bounds of Kafka as well, whose least is 1. */
const POLLERS_MIN = 2;
const POLLERS_MAX_DEFAULT = 200;

/** An empty configuration ends provisioned mode; what one leaves out keeps its value. */
export function changedPollers(
  current: PollerCounts | undefined,
  given: Given,
): PollerCounts | undefined {
  if (given === undefined) {
    return current;
  }
  const { MinimumPollers, MaximumPollers, PollerGroupName } = given;
  if (PollerGroupName !== undefined && PollerGroupName !== "") {
    throw unsupportedParameter("PollerGroupName");
  }
  if (MinimumPollers === undefined && MaximumPollers === undefined) {
    return undefined;
  }
  return {
    min: MinimumPollers ?? current?.min ?? POLLERS_MIN,
    max: MaximumPollers ?? current?.max ?? POLLERS_MAX_DEFAULT,
  };
}

export function checkScaling({ stream, maximumConcurrency, pollers }: MappingSettings): void {
  if (stream !== undefined && maximumConcurrency !== undefined) {
    throw unsupportedParameter("ScalingConfig");
  }
  if (pollers === undefined) {
    return;
  }
  if (stream !== undefined) {
    throw unsupportedParameter("ProvisionedPollerConfig");
  }
  if (maximumConcurrency !== undefined) {
    throw invalidParameterValue(
      "MaximumConcurrency and ProvisionedPollerConfig are mutually exclusive.",
    );
  }
  if (pollers.min < POLLERS_MIN || pollers.max < POLLERS_MIN) {
    throw invalidParameterValue(
      `MinimumPollers and MaximumPollers must be at least ${POLLERS_MIN} for SQS event source mappings.`,
    );
  }
  if (pollers.min > pollers.max) {
    throw invalidParameterValue("MinimumPollers must not be greater than MaximumPollers.");
  }
}
