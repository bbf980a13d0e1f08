/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html */
import { equalValues, type Value } from "../../languages/template/value.ts";
import { boolean, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  type TagList,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

import {
  type Cors,
  cors,
  type Encryption,
  encryption,
  type Lifecycle,
  lifecycle,
  lifecycleRules,
  type Notification,
  notification,
  notificationConfiguration,
  type ObjectLock,
  type Ownership,
  objectLock,
  ownership,
  type PublicAccess,
  publicAccess,
} from "./s3-bucket-shapes.ts";

const GONE = ["NoSuchBucket", "NotFound"];

interface Settings {
  readonly AccelerateConfiguration?: { readonly AccelerationStatus: string } | undefined;
  readonly BucketEncryption?: Encryption | undefined;
  readonly CorsConfiguration?: Cors | undefined;
  readonly LifecycleConfiguration?: Lifecycle | undefined;
  readonly LoggingConfiguration?: ReturnType<typeof logging> | undefined;
  readonly NotificationConfiguration?: Notification | undefined;
  readonly ObjectLockConfiguration?: ObjectLock | undefined;
  readonly OwnershipControls?: Ownership | undefined;
  readonly PublicAccessBlockConfiguration?: PublicAccess | undefined;
  readonly Tags?: TagList | undefined;
  readonly VersioningConfiguration?: { readonly Status: string } | undefined;
}

const logging = object({ DestinationBucketName: text, LogFilePrefix: text });

export const s3Bucket: ResourceType = resourceType({
  type: "AWS::S3::Bucket",
  attributes: ["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
  physicalName: {
    property: "BucketName",
    lengthMax: 63,
    adapt: (name) => name.toLowerCase(),
  },
  properties: {
    AccelerateConfiguration: changes(object({ AccelerationStatus: text }, ["AccelerationStatus"])),
    AccessControl: changes(text),
    BucketEncryption: changes(encryption),
    BucketName: replaces(text),
    CorsConfiguration: changes(cors),
    LifecycleConfiguration: changes(lifecycle),
    LoggingConfiguration: changes(logging),
    NotificationConfiguration: changes(notification),
    ObjectLockConfiguration: changes(objectLock),
    ObjectLockEnabled: replaces(boolean),
    OwnershipControls: changes(ownership),
    PublicAccessBlockConfiguration: changes(publicAccess),
    Tags: changes(tagList),
    VersioningConfiguration: changes(object({ Status: text }, ["Status"])),
  },
  exists: (ctx) => found(GONE, call(ctx, "s3", "HeadBucket", { Bucket: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const { region } = ctx.caller;
    await created(
      ctx,
      ["BucketAlreadyOwnedByYou"],
      call(ctx, "s3", "CreateBucket", {
        Bucket: ctx.name,
        ObjectLockEnabledForBucket: properties.ObjectLockEnabled,
        CreateBucketConfiguration:
          region === "us-east-1" ? undefined : { LocationConstraint: region },
      }),
    );
    await changeSettings(ctx, properties, {});
    await setAcl(ctx, properties.AccessControl, undefined);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    await changeSettings(ctx, properties, before);
    await setAcl(ctx, properties.AccessControl, before.AccessControl);
    return live(ctx);
  },
  async delete(ctx, { physicalId: Bucket }) {
    await unless(GONE, call(ctx, "s3", "DeleteBucket", { Bucket }));
  },
});

async function changeSettings(
  ctx: ResourceContext,
  after: Settings,
  before: Settings,
): Promise<void> {
  const Bucket = ctx.name;
  const differs = (name: keyof Settings): boolean =>
    !equalValues(after[name] as Value, before[name] as Value);
  if (differs("VersioningConfiguration")) {
    await call(ctx, "s3", "PutBucketVersioning", {
      Bucket,
      VersioningConfiguration: after.VersioningConfiguration ?? { Status: "Suspended" },
    });
  }
  await changeRules(ctx, after, differs);
  if (differs("BucketEncryption")) {
    await setEncryption(ctx, after.BucketEncryption);
  }
  if (differs("CorsConfiguration")) {
    await setCors(ctx, after.CorsConfiguration);
  }
  if (differs("OwnershipControls")) {
    await (after.OwnershipControls === undefined
      ? call(ctx, "s3", "DeleteBucketOwnershipControls", { Bucket })
      : call(ctx, "s3", "PutBucketOwnershipControls", {
          Bucket,
          OwnershipControls: after.OwnershipControls,
        }));
  }
  if (differs("PublicAccessBlockConfiguration")) {
    await (after.PublicAccessBlockConfiguration === undefined
      ? call(ctx, "s3", "DeletePublicAccessBlock", { Bucket })
      : call(ctx, "s3", "PutPublicAccessBlock", {
          Bucket,
          PublicAccessBlockConfiguration: after.PublicAccessBlockConfiguration,
        }));
  }
  await setTags(ctx, after.Tags, before.Tags);
}

/** What buckets do by themselves, or tell others. */
async function changeRules(
  ctx: ResourceContext,
  after: Settings,
  differs: (name: keyof Settings) => boolean,
): Promise<void> {
  const Bucket = ctx.name;
  if (differs("ObjectLockConfiguration")) {
    await call(ctx, "s3", "PutObjectLockConfiguration", {
      Bucket,
      ObjectLockConfiguration: after.ObjectLockConfiguration ?? { ObjectLockEnabled: "Enabled" },
    });
  }
  if (differs("LifecycleConfiguration")) {
    await setLifecycle(ctx, after.LifecycleConfiguration);
  }
  if (differs("NotificationConfiguration")) {
    await call(ctx, "s3", "PutBucketNotificationConfiguration", {
      Bucket,
      NotificationConfiguration: notificationConfiguration(after.NotificationConfiguration ?? {}),
    });
  }
  if (differs("AccelerateConfiguration")) {
    const Status = after.AccelerateConfiguration?.AccelerationStatus ?? "Suspended";
    await call(ctx, "s3", "PutBucketAccelerateConfiguration", {
      Bucket,
      AccelerateConfiguration: { Status },
    });
  }
  if (differs("LoggingConfiguration")) {
    const wanted = after.LoggingConfiguration;
    const LoggingEnabled = wanted && {
      TargetBucket: wanted.DestinationBucketName ?? Bucket,
      TargetPrefix: wanted.LogFilePrefix ?? "",
    };
    await call(ctx, "s3", "PutBucketLogging", { Bucket, BucketLoggingStatus: { LoggingEnabled } });
  }
}

async function setLifecycle(ctx: ResourceContext, wanted: Lifecycle | undefined): Promise<void> {
  const Bucket = ctx.name;
  if (wanted === undefined) {
    await call(ctx, "s3", "DeleteBucketLifecycle", { Bucket });
    return;
  }
  await call(ctx, "s3", "PutBucketLifecycleConfiguration", {
    Bucket,
    LifecycleConfiguration: { Rules: lifecycleRules(wanted) },
    TransitionDefaultMinimumObjectSize: wanted.TransitionDefaultMinimumObjectSize,
  });
}

/** `PublicRead` is the canned list `public-read`. */
async function setAcl(
  ctx: ResourceContext,
  after: string | undefined,
  before: string | undefined,
): Promise<void> {
  if (after !== before) {
    const ACL = (after ?? "Private").replace(/(?<=.)([A-Z])/g, "-$1").toLowerCase();
    await call(ctx, "s3", "PutBucketAcl", { Bucket: ctx.name, ACL });
  }
}

async function setEncryption(ctx: ResourceContext, wanted: Encryption | undefined): Promise<void> {
  const Bucket = ctx.name;
  if (wanted === undefined) {
    await call(ctx, "s3", "DeleteBucketEncryption", { Bucket });
    return;
  }
  const Rules = wanted.ServerSideEncryptionConfiguration.map((rule) => ({
    ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
    BucketKeyEnabled: rule.BucketKeyEnabled,
  }));
  await call(ctx, "s3", "PutBucketEncryption", {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules },
  });
}

async function setCors(ctx: ResourceContext, wanted: Cors | undefined): Promise<void> {
  const Bucket = ctx.name;
  if (wanted === undefined) {
    await call(ctx, "s3", "DeleteBucketCors", { Bucket });
    return;
  }
  const CORSRules = wanted.CorsRules.map((rule) => ({
    AllowedHeaders: rule.AllowedHeaders,
    AllowedMethods: rule.AllowedMethods,
    AllowedOrigins: rule.AllowedOrigins,
    ExposeHeaders: rule.ExposedHeaders,
    ID: rule.Id,
    MaxAgeSeconds: rule.MaxAge,
  }));
  await call(ctx, "s3", "PutBucketCors", { Bucket, CORSConfiguration: { CORSRules } });
}

/** A bucket's tags are one set, put or deleted whole. */
async function setTags(
  ctx: ResourceContext,
  after: TagList | undefined,
  before: TagList | undefined,
): Promise<void> {
  const Bucket = ctx.name;
  const wanted = tagsOf(ctx, after);
  const known = tagsOf({ ...ctx, stackTags: ctx.stackTagsBefore }, before);
  const isNew = before === undefined && !ctx.resumed;
  if (Object.keys(wanted).length > 0 && (isNew || !equalValues(wanted, known))) {
    await call(ctx, "s3", "PutBucketTagging", { Bucket, Tagging: { TagSet: tagPairs(wanted) } });
  } else if (Object.keys(wanted).length === 0 && Object.keys(known).length > 0) {
    await call(ctx, "s3", "DeleteBucketTagging", { Bucket });
  }
}

function live(ctx: ResourceContext): LiveResource {
  const { name } = ctx;
  const { region } = ctx.caller;
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
    },
  };
}
