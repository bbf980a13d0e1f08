/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesis-resourcepolicy.html */
import { document, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

interface Properties {
  readonly ResourceArn: string;
  readonly ResourcePolicy: string;
}

export const kinesisResourcePolicy: ResourceType = resourceType({
  type: "AWS::Kinesis::ResourcePolicy",
  properties: {
    ResourceArn: replaces(text),
    ResourcePolicy: changes(document),
  },
  required: ["ResourceArn", "ResourcePolicy"],
  identify: (_, { ResourceArn }) => ResourceArn,
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, { physicalId: ResourceARN }) {
    await unless(
      ["ResourceNotFoundException"],
      call(ctx, "kinesis", "DeleteResourcePolicy", { ResourceARN }),
    );
  },
});

async function put(
  ctx: ResourceContext,
  { ResourceArn: ResourceARN, ResourcePolicy: Policy }: Properties,
): Promise<LiveResource> {
  await call(ctx, "kinesis", "PutResourcePolicy", { ResourceARN, Policy });
  return { physicalId: ResourceARN, attributes: {} };
}
