/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html */
import { boolean, document, text } from "./property-shape.ts";
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
  readonly BlockPublicPolicy?: boolean | undefined;
  readonly ResourcePolicy: string;
  readonly SecretId: string;
}

export const secretsManagerResourcePolicy: ResourceType = resourceType({
  type: "AWS::SecretsManager::ResourcePolicy",
  attributes: ["Id"],
  properties: {
    BlockPublicPolicy: changes(boolean),
    ResourcePolicy: changes(document),
    SecretId: replaces(text),
  },
  required: ["ResourcePolicy", "SecretId"],
  identify: (_, { SecretId }) => SecretId,
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, { physicalId: SecretId }) {
    await unless(
      ["ResourceNotFoundException", "InvalidRequestException"],
      call(ctx, "secretsmanager", "DeleteResourcePolicy", { SecretId }),
    );
  },
});

async function put(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  const { ARN = "" } = await call(ctx, "secretsmanager", "PutResourcePolicy", properties);
  return { physicalId: ARN, attributes: { Id: ARN } };
}
