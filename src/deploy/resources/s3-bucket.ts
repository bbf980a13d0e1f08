/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html */
import { equalValues, type Value } from "../../languages/template/value.ts";
import { boolean, list, number, object, tagList, text } from "./property-shape.ts";
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

const GONE = ["NoSuchBucket", "NotFound"];

const encryption = object(
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

const cors = object(
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

const ownership = object({ Rules: list(object({ ObjectOwnership: text }, ["ObjectOwnership"])) }, [
  "Rules",
]);

const publicAccess = object({
  BlockPublicAcls: boolean,
  BlockPublicPolicy: boolean,
  IgnorePublicAcls: boolean,
  RestrictPublicBuckets: boolean,
});

interface Settings {
  readonly BucketEncryption?: ReturnType<typeof encryption> | undefined;
  readonly CorsConfiguration?: ReturnType<typeof cors> | undefined;
  readonly OwnershipControls?: ReturnType<typeof ownership> | undefined;
  readonly PublicAccessBlockConfiguration?: ReturnType<typeof publicAccess> | undefined;
  readonly Tags?: TagList | undefined;
  readonly VersioningConfiguration?: { readonly Status: string } | undefined;
}

export const s3Bucket: ResourceType = resourceType({
  type: "AWS::S3::Bucket",
  attributes: ["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
  physicalName: {
    property: "BucketName",
    lengthMax: 63,
    adapt: (name) => name.toLowerCase(),
  },
  properties: {
    BucketEncryption: changes(encryption),
    BucketName: replaces(text),
    CorsConfiguration: changes(cors),
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
        CreateBucketConfiguration:
          region === "us-east-1" ? undefined : { LocationConstraint: region },
      }),
    );
    await changeSettings(ctx, properties, {});
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    await changeSettings(ctx, properties, before);
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

async function setEncryption(
  ctx: ResourceContext,
  wanted: Settings["BucketEncryption"],
): Promise<void> {
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

async function setCors(ctx: ResourceContext, wanted: Settings["CorsConfiguration"]): Promise<void> {
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
