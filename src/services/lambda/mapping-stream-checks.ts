/** What mappings of streams refuse beyond their settings' ranges. */
import { parseArn } from "../../base/arn.ts";
import {
  type EventPattern,
  parseEventPattern,
} from "../../languages/event-pattern/event-pattern.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { invalidParameterValue } from "./errors.ts";

/**
 * What a filter asks of the data of Kinesis records has to be JSON: data is not compared to a text.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
export function checkDataFilters(sourceArn: string, patterns: readonly string[]): void {
  const comparesData = ({ branches }: EventPattern): boolean =>
    branches.some((branch) => branch.some(({ path }) => path === "data"));
  const parsed = patterns.flatMap((text) => parseEventPattern(text).pattern ?? []);
  if (parseArn(sourceArn)?.service === "kinesis" && parsed.some(comparesData)) {
    throw invalidParameterValue("Invalid filter pattern definition.");
  }
}

/**
 * Standard queues and topics alone: a FIFO one would need a group for each batch.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html,
 * https://github.com/aws/aws-cdk/issues/13793
 */
export function checkOnFailure(destination: string): void {
  if (destination.startsWith("kafka://") || parseArn(destination)?.service === "kafka") {
    throw notSupported("DestinationConfig", `the Kafka topic ${destination} as a destination`);
  }
  if (destination.endsWith(".fifo")) {
    throw invalidParameterValue(`The destination ARN ${destination} is invalid.`);
  }
}
