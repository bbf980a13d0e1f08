/** Types that stand in templates and make nothing. */
import { text } from "./property-shape.ts";
import { changes, type ResourceType, resourceType } from "./resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-waitconditionhandle.html */
export const waitConditionHandle: ResourceType = resourceType({
  type: "AWS::CloudFormation::WaitConditionHandle",
  properties: {},
  create: async (ctx) => ({ physicalId: ctx.name, attributes: {} }),
  delete: async () => {},
});

/** What CDK tells AWS of the constructs in use; told to nobody here. */
export const cdkMetadata: ResourceType = resourceType({
  type: "AWS::CDK::Metadata",
  properties: { Analytics: changes(text) },
  create: async (ctx) => ({ physicalId: ctx.name, attributes: {} }),
  update: async (_, live) => live,
  delete: async () => {},
});
