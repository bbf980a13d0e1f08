/**
 * What happens to objects, and how it is told to queues, topics and functions on the one hand, and
 * to EventBridge on the other.
 *
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configure-notification.html
 */
import type { Bucket } from "./bucket.ts";
import { bucketArn } from "./bucket.ts";
import { formEncodedKey } from "./key-encoding.ts";

/** Without `s3:`, as records have it. */
export type ObjectEventName =
  | "ObjectCreated:Put"
  | "ObjectCreated:Post"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectRemoved:DeleteMarkerCreated"
  | "ObjectRestore:Post"
  | "ObjectRestore:Completed"
  | "ObjectRestore:Delete"
  | "LifecycleExpiration:Delete"
  | "LifecycleExpiration:DeleteMarkerCreated"
  | "LifecycleTransition"
  | "ObjectTagging:Put"
  | "ObjectTagging:Delete"
  | "ObjectAcl:Put";

export interface ObjectEvent {
  readonly name: ObjectEventName;
  readonly bucket: Bucket;
  readonly key: string;
  /** Absent where there is nothing any more to tell of. */
  readonly sizeBytes?: number | undefined;
  readonly etag?: string | undefined;
  /** Of buckets that have versions. */
  readonly versionId?: string | undefined;
  /** Of archived objects. */
  readonly storageClass?: string | undefined;
  readonly restoreExpiryMs?: number | undefined;
}

/** Who made it happen, and by what. */
export interface EventCause {
  /** An account, or a service: `s3.amazonaws.com`. */
  readonly requester: string;
  readonly requestId: string;
  readonly nowMs: number;
  /** Grows with each event of a key; hexadecimal. */
  readonly sequencer: string;
}

/** Requests that come from inside the engine have no other address. */
const SOURCE_IP = "127.0.0.1";

/** Events that came later than the others have a version of their own. */
const LATER_EVENTS = /^(?:Lifecycle|ObjectTagging:|ObjectAcl:|ObjectRestore:Delete$)/;

/** Services act by themselves: they are named as they are, and have no address. */
function isService(requester: string): boolean {
  return requester.includes(".");
}

/** A message of a queue or topic, or the event of a function. */
export function notificationOf(
  event: ObjectEvent,
  cause: EventCause,
  configurationId: string,
): string {
  const { bucket, storageClass, restoreExpiryMs } = event;
  const byService = isService(cause.requester);
  const record = {
    eventVersion: LATER_EVENTS.test(event.name) ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(cause.nowMs).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: byService ? cause.requester : `AWS:${cause.requester}` },
    requestParameters: { sourceIPAddress: byService ? cause.requester : SOURCE_IP },
    responseElements: {
      "x-amz-request-id": cause.requestId,
      "x-amz-id-2": Buffer.from(cause.requestId).toString("base64"),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.accountId },
        arn: bucketArn(bucket.name),
      },
      object: {
        key: formEncodedKey(event.key),
        size: event.sizeBytes,
        eTag: event.etag,
        versionId: event.versionId,
        sequencer: cause.sequencer,
      },
    },
    ...(restoreExpiryMs !== undefined && {
      glacierEventData: {
        restoreEventData: {
          lifecycleRestorationExpiryTime: new Date(restoreExpiryMs).toISOString(),
          lifecycleRestoreStorageClass: storageClass,
        },
      },
    }),
    ...(event.name === "LifecycleTransition" && {
      lifecycleEventData: { transitionEventData: { destinationStorageClass: storageClass } },
    }),
  };
  return JSON.stringify({ Records: [record] });
}

/** What AWS sends when notifications are configured. */
export function testNotification(bucket: string, requestId: string, nowMs: number): string {
  return JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(nowMs).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: Buffer.from(requestId).toString("base64"),
  });
}

type Detail = Readonly<Record<string, string | undefined>>;

const created = (reason: string): readonly [string, Detail] => ["Object Created", { reason }];
const deleted = (reason: string, type: string): readonly [string, Detail] => [
  "Object Deleted",
  { reason, "deletion-type": type },
];
const PERMANENT = "Permanently Deleted";
const MARKER = "Delete Marker Created";

/** The detail type of each event, and what its detail says beside the object. */
const DETAILS: Readonly<Record<ObjectEventName, readonly [string, Detail]>> = {
  "ObjectCreated:Put": created("PutObject"),
  "ObjectCreated:Post": created("POST Object"),
  "ObjectCreated:Copy": created("CopyObject"),
  "ObjectCreated:CompleteMultipartUpload": created("CompleteMultipartUpload"),
  "ObjectRemoved:Delete": deleted("DeleteObject", PERMANENT),
  "ObjectRemoved:DeleteMarkerCreated": deleted("DeleteObject", MARKER),
  "LifecycleExpiration:Delete": deleted("Lifecycle Expiration", PERMANENT),
  "LifecycleExpiration:DeleteMarkerCreated": deleted("Lifecycle Expiration", MARKER),
  "ObjectRestore:Post": ["Object Restore Initiated", {}],
  "ObjectRestore:Completed": ["Object Restore Completed", {}],
  "ObjectRestore:Delete": ["Object Restore Expired", {}],
  LifecycleTransition: ["Object Storage Class Changed", {}],
  "ObjectTagging:Put": ["Object Tags Added", {}],
  "ObjectTagging:Delete": ["Object Tags Deleted", {}],
  "ObjectAcl:Put": ["Object ACL Updated", {}],
};

/** A whole event of EventBridge. */
export function busEventOf(event: ObjectEvent, cause: EventCause, id: string): string {
  const { bucket, name, storageClass, restoreExpiryMs } = event;
  const [detailType, detail] = DETAILS[name];
  const isTransition = name === "LifecycleTransition";
  return JSON.stringify({
    version: "0",
    id,
    "detail-type": detailType,
    source: "aws.s3",
    account: bucket.accountId,
    time: `${new Date(cause.nowMs).toISOString().slice(0, 19)}Z`,
    region: bucket.region,
    resources: [bucketArn(bucket.name)],
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: event.key,
        size: event.sizeBytes,
        etag: event.etag,
        "version-id": event.versionId,
        sequencer: cause.sequencer,
      },
      "request-id": cause.requestId,
      requester: cause.requester,
      "source-ip-address": isService(cause.requester) ? undefined : SOURCE_IP,
      ...detail,
      [isTransition ? "destination-storage-class" : "source-storage-class"]: storageClass,
      "restore-expiry-time":
        restoreExpiryMs === undefined ? undefined : new Date(restoreExpiryMs).toISOString(),
    },
  });
}
