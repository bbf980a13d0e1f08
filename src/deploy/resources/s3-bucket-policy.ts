/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucketpolicy.html */
import { document, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const s3BucketPolicy: ResourceType = resourceType({
  type: "AWS::S3::BucketPolicy",
  properties: {
    Bucket: replaces(text),
    PolicyDocument: changes(document),
  },
  required: ["Bucket", "PolicyDocument"],
  async create(ctx, { Bucket, PolicyDocument: Policy }) {
    await call(ctx, "s3", "PutBucketPolicy", { Bucket, Policy });
    return { physicalId: Bucket, attributes: {} };
  },
  async update(ctx, live, { Bucket, PolicyDocument: Policy }) {
    await call(ctx, "s3", "PutBucketPolicy", { Bucket, Policy });
    return live;
  },
  async delete(ctx, _, { Bucket }) {
    await unless(
      ["NoSuchBucket", "NoSuchBucketPolicy"],
      call(ctx, "s3", "DeleteBucketPolicy", { Bucket }),
    );
  },
});
