/**
 * Which events of a bucket go where.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
import type {
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from "../../wire/models/s3.gen.ts";
import { invalidArgument } from "./errors.ts";

export interface NotificationRule {
  readonly id: string;
  readonly kind: "Queue" | "Topic" | "CloudFunction";
  readonly arn: string;
  /** `s3:ObjectCreated:*` */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  /** As it was put. */
  readonly filter: NotificationConfigurationFilter | undefined;
}

export interface Notifications {
  readonly rules: readonly NotificationRule[];
  readonly toEventBridge: boolean;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const EVENTS = [
  "s3:ReducedRedundancyLostObject",
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:ObjectRemoved:DeleteMarkerCreated",
  "s3:ObjectRestore:*",
  "s3:ObjectRestore:Post",
  "s3:ObjectRestore:Completed",
  "s3:ObjectRestore:Delete",
  "s3:Replication:*",
  "s3:Replication:OperationFailedReplication",
  "s3:Replication:OperationNotTracked",
  "s3:Replication:OperationMissedThreshold",
  "s3:Replication:OperationReplicatedAfterThreshold",
  "s3:LifecycleTransition",
  "s3:LifecycleExpiration:*",
  "s3:LifecycleExpiration:Delete",
  "s3:LifecycleExpiration:DeleteMarkerCreated",
  "s3:IntelligentTiering",
  "s3:ObjectTagging:*",
  "s3:ObjectTagging:Put",
  "s3:ObjectTagging:Delete",
  "s3:ObjectAcl:Put",
];
const RULES_MAX = 100;
const FILTER_VALUE_LENGTH_MAX = 1_024;
const KINDS_OF_SERVICE = { sqs: "Queue", sns: "Topic", lambda: "CloudFunction" } as const;

/** `newId` names what the caller left without a name. */
export function notificationsOf(
  given: NotificationConfiguration,
  newId: () => string,
): Notifications {
  const rules: NotificationRule[] = [
    ...(given.QueueConfigurations ?? []).map((one) =>
      ruleOf({ kind: "Queue", arn: one.QueueArn, ...one }, newId),
    ),
    ...(given.TopicConfigurations ?? []).map((one) =>
      ruleOf({ kind: "Topic", arn: one.TopicArn, ...one }, newId),
    ),
    ...(given.LambdaFunctionConfigurations ?? []).map((one) =>
      ruleOf({ kind: "CloudFunction", arn: one.LambdaFunctionArn, ...one }, newId),
    ),
  ];
  if (rules.length > RULES_MAX) {
    throw refused(`The maximum number of notification configurations is ${RULES_MAX}`);
  }
  checkUnambiguous(rules);
  return { rules, toEventBridge: given.EventBridgeConfiguration !== undefined };
}

interface GivenRule {
  readonly kind: NotificationRule["kind"];
  readonly arn: string;
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

function ruleOf(
  { kind, arn, Id, Events, Filter }: GivenRule,
  newId: () => string,
): NotificationRule {
  const service = arn.split(":")[2] ?? "";
  const wanted = Object.hasOwn(KINDS_OF_SERVICE, service)
    ? KINDS_OF_SERVICE[service as keyof typeof KINDS_OF_SERVICE]
    : undefined;
  if (!arn.startsWith("arn:") || wanted !== kind) {
    throw invalidArgument("The ARN is not well formed", { name: kind, value: arn });
  }
  if (kind !== "CloudFunction" && arn.endsWith(".fifo")) {
    throw invalidArgument(`Unable to validate the following destination configurations`, {
      name: arn,
      value: `FIFO ${kind === "Queue" ? "queues" : "topics"} are not supported`,
    });
  }
  for (const event of Events) {
    if (!EVENTS.includes(event)) {
      throw invalidArgument("The event is not supported for notifications", {
        name: "Event",
        value: event,
      });
    }
  }
  return { id: Id ?? newId(), kind, arn, events: Events, filter: Filter, ...boundsOf(Filter) };
}

function boundsOf(
  filter: NotificationConfigurationFilter | undefined,
): Pick<NotificationRule, "prefix" | "suffix"> {
  const bounds: { prefix?: string; suffix?: string } = {};
  for (const { Name: name = "", Value: value = "" } of filter?.Key?.FilterRules ?? []) {
    const side = name.toLowerCase();
    if (side !== "prefix" && side !== "suffix") {
      throw invalidArgument("filter rule name must be either prefix or suffix", {
        name: "FilterRule.Name",
        value: name,
      });
    }
    if (bounds[side] !== undefined) {
      throw invalidArgument(`Cannot specify more than one ${side} rule in a filter.`, {
        name: "FilterRule.Name",
        value: name,
      });
    }
    if (value.length > FILTER_VALUE_LENGTH_MAX) {
      throw invalidArgument(
        "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
        {
          name: "FilterRule.Value",
          value,
        },
      );
    }
    bounds[side] = value;
  }
  return { prefix: bounds.prefix ?? "", suffix: bounds.suffix ?? "" };
}

/** No event of any key may be for two rules. */
function checkUnambiguous(rules: readonly NotificationRule[]): void {
  rules.forEach((one, at) => {
    for (const other of rules.slice(at + 1)) {
      if (one.id === other.id) {
        throw refused("Configuration IDs must be unique");
      }
      const sharesEvent = one.events.some((a) => other.events.some((b) => coversEither(a, b)));
      const sharesKeys =
        startsEither(one.prefix, other.prefix) && endsEither(one.suffix, other.suffix);
      if (sharesEvent && sharesKeys) {
        throw refused(
          one.filter === undefined && other.filter === undefined
            ? "Configurations overlap. Configurations on the same bucket cannot share a common event type."
            : "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
        );
      }
    }
  });
}

function coversEither(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

/** `s3:ObjectCreated:*` covers `s3:ObjectCreated:Put`. */
function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1)));
}

function startsEither(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function endsEither(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}

/** The rules that want an event; there is at most one for each kind of it. */
export function rulesFor(
  { rules }: Notifications,
  eventName: string,
  key: string,
): readonly NotificationRule[] {
  return rules.filter(
    ({ events, prefix, suffix }) =>
      events.some((pattern) => covers(pattern, `s3:${eventName}`)) &&
      key.startsWith(prefix) &&
      key.endsWith(suffix),
  );
}

/** As GetBucketNotificationConfiguration tells it. */
export function configurationOf({
  rules,
  toEventBridge,
}: Notifications): NotificationConfiguration {
  const ofKind = (kind: NotificationRule["kind"]): readonly NotificationRule[] =>
    rules.filter((rule) => rule.kind === kind);
  const common = ({ id: Id, events: Events, filter }: NotificationRule) => ({
    Id,
    Events,
    Filter: filter && told(filter),
  });
  return {
    QueueConfigurations: ofKind("Queue").map((rule) => ({ QueueArn: rule.arn, ...common(rule) })),
    TopicConfigurations: ofKind("Topic").map((rule) => ({ TopicArn: rule.arn, ...common(rule) })),
    LambdaFunctionConfigurations: ofKind("CloudFunction").map((rule) => ({
      LambdaFunctionArn: rule.arn,
      ...common(rule),
    })),
    ...(toEventBridge && { EventBridgeConfiguration: {} }),
  };
}

/** AWS writes the names of filter rules with a capital, however they came. */
function told(filter: NotificationConfigurationFilter): NotificationConfigurationFilter {
  const rules = filter.Key?.FilterRules?.map(({ Name = "", Value }) => ({
    Name: Name.toLowerCase() === "prefix" ? "Prefix" : "Suffix",
    Value: Value ?? "",
  }));
  return { Key: { FilterRules: rules } };
}

function refused(message: string): Error {
  return invalidArgument(message, { name: "NotificationConfiguration", value: "" });
}
