/** The settings of a machine besides its definition: read from a request, and described. */
import type { Input, Output } from "../../wire/operations.ts";
import { invalidLogging, tooManyTags } from "./errors.ts";
import { TAGS_MAX } from "./limits.ts";
import type { Encryption, Logging, LogLevel, Revision, Tags } from "./machine-record.ts";

type Create = Input<"states", "CreateStateMachine">;
type Described = Output<"states", "DescribeStateMachine">;

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html */
export function loggingOf(given: Create["loggingConfiguration"]): Logging | undefined {
  if (given === undefined) {
    return undefined;
  }
  const level = (given.level ?? "OFF") as LogLevel;
  const destinations = given.destinations ?? [];
  const logGroupArn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (destinations.length > 1) {
    throw invalidLogging("Invalid Logging Configuration: Only one log destination is supported.");
  }
  if (level !== "OFF" && logGroupArn === undefined) {
    throw invalidLogging(
      "Invalid Logging Configuration: Must specify exactly one Log Destination.",
    );
  }
  if (logGroupArn !== undefined && !/^arn:[a-z-]+:logs:.*:log-group:.+:\*$/.test(logGroupArn)) {
    throw invalidLogging(
      "Invalid Logging Configuration: The log destination must be the ARN of a log group that ends with ':*'.",
    );
  }
  return { level, includeExecutionData: given.includeExecutionData ?? false, logGroupArn };
}

export function encryptionOf(given: Create["encryptionConfiguration"]): Encryption | undefined {
  return given === undefined ? undefined : { ...given };
}

export function tagsOf(given: Create["tags"], arn: string): Tags {
  const tags = Object.fromEntries((given ?? []).map(({ key = "", value = "" }) => [key, value]));
  if (Object.keys(tags).length > TAGS_MAX) {
    throw tooManyTags(arn);
  }
  return tags;
}

export function describedTags(
  tags: Tags,
): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function describedSettings(
  revision: Revision,
): Pick<Described, "loggingConfiguration" | "tracingConfiguration" | "encryptionConfiguration"> {
  const { logging, isTraced, encryption } = revision;
  return {
    loggingConfiguration: {
      level: logging?.level ?? "OFF",
      includeExecutionData: logging?.includeExecutionData ?? false,
      ...(logging?.logGroupArn !== undefined && {
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logGroupArn } }],
      }),
    },
    tracingConfiguration: { enabled: isTraced },
    encryptionConfiguration: encryption ?? { type: "AWS_OWNED_KEY" },
  };
}
