/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
  functionTarget,
} from "./function-event.ts";
import { checkDeadLetters } from "./push-events.ts";
import { eventError } from "./sam-error.ts";
import { defined, getAtt } from "./sam-resource.ts";

/** Properties that the schedule has by the same name. */
const PASSED_ON = [
  "Description",
  "EndDate",
  "GroupName",
  "KmsKeyArn",
  "ScheduleExpression",
  "ScheduleExpressionTimezone",
  "StartDate",
  "State",
] as const;

type Entry = readonly [logicalId: string, resource: ValueObject];

/** What a schedule sends to, and the policy that lets it. */
export interface ScheduleTarget {
  readonly arn: Value;
  readonly action: string;
  /** Of the policy's name. */
  readonly suffix: string;
}

/** A schedule of a function. */
export function scheduleV2Event(event: FunctionEvent): EventResult {
  const arn = functionTarget(event);
  return scheduleV2(event, { arn, action: "lambda:InvokeFunction", suffix: "LambdaPolicy" });
}

/** A schedule with a role of its own, unless one is given. */
export function scheduleV2(event: FunctionEvent, target: ScheduleTarget): EventResult {
  const properties = eventProperties(event, {
    required: ["ScheduleExpression"],
    optional: [
      ...PASSED_ON,
      "DeadLetterConfig",
      "FlexibleTimeWindow",
      "Input",
      "Name",
      "OmitName",
      "PermissionsBoundary",
      "RetryPolicy",
      "RoleArn",
    ],
  });
  const dead = deadLetters(event, properties["DeadLetterConfig"]);
  const role = properties["RoleArn"] === undefined ? roleOf(event, target, dead.arn) : undefined;
  const schedule = eventResource(event, "AWS::Scheduler::Schedule", {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, properties[name]])),
    Name: nameOf(event, properties),
    FlexibleTimeWindow: properties["FlexibleTimeWindow"] ?? { Mode: "OFF" },
    Target: defined({
      Arn: target.arn,
      RoleArn: properties["RoleArn"] ?? getAtt(`${event.logicalId}Role`, "Arn"),
      Input: properties["Input"],
      DeadLetterConfig: dead.arn === undefined ? undefined : { Arn: dead.arn },
      RetryPolicy: properties["RetryPolicy"],
    }),
  });
  return {
    resources: [
      [event.logicalId, schedule],
      ...dead.resources,
      ...(role === undefined ? [] : [role]),
    ],
  };
}

function nameOf(event: FunctionEvent, { Name, OmitName }: ValueObject): Value | undefined {
  if (OmitName !== true) {
    return Name ?? event.logicalId;
  }
  if (Name !== undefined) {
    const problem = "Name cannot be set when OmitName is True";
    throw eventError(event.function.logicalId, event.logicalId, problem);
  }
  return undefined;
}

/** Schedules send dead letters by their role, so a queue made for them needs no policy. */
function deadLetters(
  event: FunctionEvent,
  config: Value | undefined,
): { readonly arn: Value | undefined; readonly resources: readonly Entry[] } {
  if (!isObject(config)) {
    return { arn: undefined, resources: [] };
  }
  checkDeadLetters(event, config);
  const { Arn: arn, QueueLogicalId: queueId } = config;
  if (arn !== undefined) {
    return { arn, resources: [] };
  }
  if (queueId !== undefined && typeof queueId !== "string") {
    const problem = "QueueLogicalId must be a string";
    throw eventError(event.function.logicalId, event.logicalId, problem);
  }
  const id = queueId ?? `${event.logicalId}Queue`;
  return { arn: getAtt(id, "Arn"), resources: [[id, eventResource(event, "AWS::SQS::Queue", {})]] };
}

function roleOf(
  event: FunctionEvent,
  target: ScheduleTarget,
  deadLetterArn: Value | undefined,
): Entry {
  const allow = (suffix: string, Action: string, Resource: Value): ValueObject => ({
    PolicyName: event.logicalId + suffix,
    PolicyDocument: { Statement: [{ Action, Effect: "Allow", Resource }] },
  });
  const invokes = allow(target.suffix, target.action, target.arn);
  const role = eventResource(event, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Action: ["sts:AssumeRole"],
          Effect: "Allow",
          Principal: { Service: ["scheduler.amazonaws.com"] },
        },
      ],
    },
    Policies:
      deadLetterArn === undefined
        ? [invokes]
        : [invokes, allow("SQSPolicy", "sqs:SendMessage", deadLetterArn)],
    PermissionsBoundary: event.properties["PermissionsBoundary"],
  });
  return [`${event.logicalId}Role`, role];
}
