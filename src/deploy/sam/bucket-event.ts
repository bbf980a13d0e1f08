/**
 * Events of a bucket of the same template. The bucket is told of the function, and depends on the
 * permission by which the function lets it call: directly, or where the function has a condition,
 * by a tag.
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-s3.html
 */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import {
  conditionOf,
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
  functionTarget,
} from "./function-event.ts";
import { eventError } from "./sam-error.ts";
import { defined, objectOf, ref } from "./sam-resource.ts";

/** Buckets of the template, which events change. */
export interface ChangedBuckets {
  /** `undefined` when the template has no such bucket. */
  find(logicalId: string): ValueObject | undefined;
  put(logicalId: string, bucket: ValueObject): void;
}

export function bucketEvent(event: FunctionEvent, buckets: ChangedBuckets): EventResult {
  const properties = eventProperties(event, {
    required: ["Bucket", "Events"],
    optional: ["Filter"],
  });
  const { bucketId, bucket } = bucketOf(event, properties["Bucket"], buckets);
  const permission = eventResource(event, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: ref(event.aliasId ?? event.function.logicalId),
    Principal: "s3.amazonaws.com",
    SourceAccount: ref("AWS::AccountId"),
  });
  const permissionId = `${event.logicalId}Permission`;
  const { Events: events = "", Filter } = properties;
  const condition = conditionOf(event.function);
  const arn = functionTarget(event);
  const configurations = (isList(events) ? events : [events]).map((Event) =>
    conditional(condition, defined({ Function: arn, Filter, Event })),
  );
  buckets.put(bucketId, withNotifications(bucket, { permissionId, condition, configurations }));
  return { resources: [[permissionId, permission]] };
}

function bucketOf(
  event: FunctionEvent,
  given: Value | undefined,
  buckets: ChangedBuckets,
): { readonly bucketId: string; readonly bucket: ValueObject } {
  const id = isObject(given) ? given["Ref"] : undefined;
  const bucket = typeof id === "string" ? buckets.find(id) : undefined;
  if (typeof id !== "string" || bucket === undefined) {
    throw eventError(
      event.function.logicalId,
      event.id,
      "S3 events must reference an S3 bucket in the same template.",
    );
  }
  return { bucketId: id, bucket };
}

/** A function that may not be there is not notified either. */
function conditional(condition: string | undefined, configuration: ValueObject): Value {
  return condition === undefined
    ? configuration
    : { "Fn::If": [condition, configuration, ref("AWS::NoValue")] };
}

interface Notified {
  readonly permissionId: string;
  readonly condition: string | undefined;
  readonly configurations: readonly Value[];
}

function withNotifications(bucket: ValueObject, notified: Notified): ValueObject {
  const { permissionId, condition, configurations } = notified;
  const properties = objectOf(bucket["Properties"]);
  const notification = objectOf(properties["NotificationConfiguration"]);
  const changed = {
    ...properties,
    NotificationConfiguration: {
      ...notification,
      LambdaConfigurations: [...listOf(notification["LambdaConfigurations"]), ...configurations],
    },
  };
  if (condition === undefined) {
    const dependencies = new Set([...listOf(bucket["DependsOn"]), permissionId]);
    return { ...bucket, DependsOn: [...dependencies], Properties: changed };
  }
  const tag = {
    Key: `sam:ConditionalDependsOn:${permissionId}`,
    Value: { "Fn::If": [condition, ref(permissionId), "no dependency"] },
  };
  const Tags = [...listOf(properties["Tags"]), tag];
  return { ...bucket, Properties: { ...changed, Tags } };
}

function listOf(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : isList(value) ? value : [value];
}
