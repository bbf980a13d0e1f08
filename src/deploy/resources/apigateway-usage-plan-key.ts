/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-usageplankey.html */
import { text } from "./property-shape.ts";
import {
  call,
  created,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayUsagePlanKey: ResourceType = resourceType({
  type: "AWS::ApiGateway::UsagePlanKey",
  attributes: ["Id"],
  properties: {
    KeyId: replaces(text),
    KeyType: replaces(text),
    UsagePlanId: replaces(text),
  },
  required: ["KeyId", "KeyType", "UsagePlanId"],
  async create(ctx, { KeyId: keyId, KeyType: keyType, UsagePlanId: usagePlanId }) {
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "apigateway", "CreateUsagePlanKey", { keyId, keyType, usagePlanId }),
    );
    const id = `${keyId}:${usagePlanId}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async delete(ctx, _, { KeyId: keyId, UsagePlanId: usagePlanId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteUsagePlanKey", { keyId, usagePlanId }),
    );
  },
});
