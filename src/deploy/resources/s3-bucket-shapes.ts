/** The properties of AWS::S3::Bucket, and the inputs of the operations they become. */
import type { LifecycleRule, NotificationConfiguration } from "../../wire/models/s3.gen.ts";
import {
  boolean,
  list,
  number,
  object,
  PropertyError,
  type Shape,
  tagList,
  text,
} from "./property-shape.ts";

type Flag = boolean | undefined;
type Text = string | undefined;
type Count = number | undefined;

export interface Encryption {
  readonly ServerSideEncryptionConfiguration: readonly {
    readonly BucketKeyEnabled?: Flag;
    readonly ServerSideEncryptionByDefault?:
      | { readonly KMSMasterKeyID?: Text; readonly SSEAlgorithm: string }
      | undefined;
  }[];
}

export interface Cors {
  readonly CorsRules: readonly {
    readonly AllowedHeaders?: readonly string[] | undefined;
    readonly AllowedMethods: readonly string[];
    readonly AllowedOrigins: readonly string[];
    readonly ExposedHeaders?: readonly string[] | undefined;
    readonly Id?: Text;
    readonly MaxAge?: Count;
  }[];
}

export interface Ownership {
  readonly Rules: readonly { readonly ObjectOwnership: string }[];
}

export interface PublicAccess {
  readonly BlockPublicAcls?: Flag;
  readonly BlockPublicPolicy?: Flag;
  readonly IgnorePublicAcls?: Flag;
  readonly RestrictPublicBuckets?: Flag;
}

interface KeyFilter {
  readonly S3Key?:
    | { readonly Rules: readonly { readonly Name: string; readonly Value: string }[] }
    | undefined;
}

interface Notified {
  readonly Event: string;
  readonly Filter?: KeyFilter | undefined;
}

export interface Notification {
  readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: Flag } | undefined;
  readonly LambdaConfigurations?: readonly (Notified & { readonly Function: string })[] | undefined;
  readonly QueueConfigurations?: readonly (Notified & { readonly Queue: string })[] | undefined;
  readonly TopicConfigurations?: readonly (Notified & { readonly Topic: string })[] | undefined;
}

interface TransitionProperty {
  readonly StorageClass: string;
  readonly TransitionDate?: Date | undefined;
  readonly TransitionInDays?: Count;
}

interface NoncurrentTransition {
  readonly NewerNoncurrentVersions?: Count;
  readonly StorageClass: string;
  readonly TransitionInDays: number;
}

interface Rule {
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number } | undefined;
  readonly ExpirationDate?: Date | undefined;
  readonly ExpirationInDays?: Count;
  readonly ExpiredObjectDeleteMarker?: Flag;
  readonly Id?: Text;
  readonly NoncurrentVersionExpiration?:
    | { readonly NewerNoncurrentVersions?: Count; readonly NoncurrentDays: number }
    | undefined;
  readonly NoncurrentVersionExpirationInDays?: Count;
  readonly NoncurrentVersionTransition?: NoncurrentTransition | undefined;
  readonly NoncurrentVersionTransitions?: readonly NoncurrentTransition[] | undefined;
  readonly ObjectSizeGreaterThan?: Count;
  readonly ObjectSizeLessThan?: Count;
  readonly Prefix?: Text;
  readonly Status: string;
  readonly TagFilters?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
  readonly Transition?: TransitionProperty | undefined;
  readonly Transitions?: readonly TransitionProperty[] | undefined;
}

export interface Lifecycle {
  readonly Rules: readonly Rule[];
  readonly TransitionDefaultMinimumObjectSize?: Text;
}

export interface ObjectLock {
  readonly ObjectLockEnabled?: Text;
  readonly Rule?:
    | {
        readonly DefaultRetention?:
          | { readonly Days?: Count; readonly Mode?: Text; readonly Years?: Count }
          | undefined;
      }
    | undefined;
}

export const encryption: Shape<Encryption> = object(
  {
    ServerSideEncryptionConfiguration: list(
      object({
        BucketKeyEnabled: boolean,
        ServerSideEncryptionByDefault: object({ KMSMasterKeyID: text, SSEAlgorithm: text }, [
          "SSEAlgorithm",
        ]),
      }),
    ),
  },
  ["ServerSideEncryptionConfiguration"],
);

export const cors: Shape<Cors> = object(
  {
    CorsRules: list(
      object(
        {
          AllowedHeaders: list(text),
          AllowedMethods: list(text),
          AllowedOrigins: list(text),
          ExposedHeaders: list(text),
          Id: text,
          MaxAge: number,
        },
        ["AllowedMethods", "AllowedOrigins"],
      ),
    ),
  },
  ["CorsRules"],
);

export const ownership: Shape<Ownership> = object(
  { Rules: list(object({ ObjectOwnership: text }, ["ObjectOwnership"])) },
  ["Rules"],
);

export const publicAccess: Shape<PublicAccess> = object({
  BlockPublicAcls: boolean,
  BlockPublicPolicy: boolean,
  IgnorePublicAcls: boolean,
  RestrictPublicBuckets: boolean,
});

const filter: Shape<KeyFilter> = object({
  S3Key: object({ Rules: list(object({ Name: text, Value: text }, ["Name", "Value"])) }, ["Rules"]),
});

export const notification: Shape<Notification> = object({
  EventBridgeConfiguration: object({ EventBridgeEnabled: boolean }),
  LambdaConfigurations: list(
    object({ Event: text, Filter: filter, Function: text }, ["Event", "Function"]),
  ),
  QueueConfigurations: list(
    object({ Event: text, Filter: filter, Queue: text }, ["Event", "Queue"]),
  ),
  TopicConfigurations: list(
    object({ Event: text, Filter: filter, Topic: text }, ["Event", "Topic"]),
  ),
});

const instant: Shape<Date> = (value, path) => {
  const date = new Date(text(value, path));
  if (Number.isNaN(date.getTime())) {
    throw new PropertyError(`Properties validation failed: #/${path.property}: not a date`);
  }
  return date;
};

const transition = object(
  { StorageClass: text, TransitionDate: instant, TransitionInDays: number },
  ["StorageClass"],
);
const noncurrentTransition = object(
  { NewerNoncurrentVersions: number, StorageClass: text, TransitionInDays: number },
  ["StorageClass", "TransitionInDays"],
);

export const lifecycle: Shape<Lifecycle> = object(
  {
    Rules: list(
      object(
        {
          AbortIncompleteMultipartUpload: object({ DaysAfterInitiation: number }, [
            "DaysAfterInitiation",
          ]),
          ExpirationDate: instant,
          ExpirationInDays: number,
          ExpiredObjectDeleteMarker: boolean,
          Id: text,
          NoncurrentVersionExpiration: object(
            { NewerNoncurrentVersions: number, NoncurrentDays: number },
            ["NoncurrentDays"],
          ),
          NoncurrentVersionExpirationInDays: number,
          NoncurrentVersionTransition: noncurrentTransition,
          NoncurrentVersionTransitions: list(noncurrentTransition),
          ObjectSizeGreaterThan: number,
          ObjectSizeLessThan: number,
          Prefix: text,
          Status: text,
          TagFilters: tagList,
          Transition: transition,
          Transitions: list(transition),
        },
        ["Status"],
      ),
    ),
    TransitionDefaultMinimumObjectSize: text,
  },
  ["Rules"],
);

export const objectLock: Shape<ObjectLock> = object({
  ObjectLockEnabled: text,
  Rule: object({
    DefaultRetention: object({ Days: number, Mode: text, Years: number }),
  }),
});

export function lifecycleRules({ Rules }: Lifecycle): readonly LifecycleRule[] {
  return Rules.map((rule) => {
    const days = rule.NoncurrentVersionExpirationInDays;
    const noncurrent =
      rule.NoncurrentVersionExpiration ??
      (days === undefined ? undefined : { NoncurrentDays: days });
    return {
      ID: rule.Id,
      Status: rule.Status,
      Filter: filterOf(rule),
      Expiration: expirationOf(rule),
      Transitions: [...(rule.Transitions ?? []), ...(rule.Transition ? [rule.Transition] : [])].map(
        (one) => ({
          StorageClass: one.StorageClass,
          Days: one.TransitionInDays,
          Date: one.TransitionDate,
        }),
      ),
      NoncurrentVersionExpiration: noncurrent,
      NoncurrentVersionTransitions: [
        ...(rule.NoncurrentVersionTransitions ?? []),
        ...(rule.NoncurrentVersionTransition ? [rule.NoncurrentVersionTransition] : []),
      ].map((one) => ({
        StorageClass: one.StorageClass,
        NoncurrentDays: one.TransitionInDays,
        NewerNoncurrentVersions: one.NewerNoncurrentVersions,
      })),
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    };
  });
}

function expirationOf(rule: Rule) {
  const { ExpirationDate: date, ExpirationInDays: Days, ExpiredObjectDeleteMarker } = rule;
  const hasOne = [date, Days, ExpiredObjectDeleteMarker].some((value) => value !== undefined);
  return hasOne ? { Date: date, Days, ExpiredObjectDeleteMarker } : undefined;
}

/** One condition stands alone, several stand in `And`, as S3 wants it. */
function filterOf(rule: Rule) {
  const { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan, TagFilters: Tags } = rule;
  const conditions = [Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan, ...(Tags ?? [])];
  if (conditions.filter((value) => value !== undefined).length > 1) {
    return { And: { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan, Tags } };
  }
  return Tags?.[0] === undefined
    ? { Prefix: Prefix ?? noPrefix(rule), ObjectSizeGreaterThan, ObjectSizeLessThan }
    : { Tag: Tags[0] };
}

/** For all objects. */
function noPrefix({ ObjectSizeGreaterThan, ObjectSizeLessThan }: Rule): string | undefined {
  return ObjectSizeGreaterThan === undefined && ObjectSizeLessThan === undefined ? "" : undefined;
}

export function notificationConfiguration(wanted: Notification): NotificationConfiguration {
  const common = (one: Notified) => ({
    Events: [one.Event],
    Filter: one.Filter?.S3Key && { Key: { FilterRules: one.Filter.S3Key.Rules } },
  });
  const bridge = wanted.EventBridgeConfiguration;
  return {
    LambdaFunctionConfigurations: wanted.LambdaConfigurations?.map((one) => ({
      LambdaFunctionArn: one.Function,
      ...common(one),
    })),
    QueueConfigurations: wanted.QueueConfigurations?.map((one) => ({
      QueueArn: one.Queue,
      ...common(one),
    })),
    TopicConfigurations: wanted.TopicConfigurations?.map((one) => ({
      TopicArn: one.Topic,
      ...common(one),
    })),
    EventBridgeConfiguration: bridge && bridge.EventBridgeEnabled !== false ? {} : undefined,
  };
}
