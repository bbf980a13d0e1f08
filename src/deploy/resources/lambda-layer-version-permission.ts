/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-layerversionpermission.html */
import { PropertyError, text } from "./property-shape.ts";
import {
  call,
  created,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const lambdaLayerVersionPermission: ResourceType = resourceType({
  type: "AWS::Lambda::LayerVersionPermission",
  attributes: ["Id"],
  physicalName: { property: "Id", lengthMax: 100 },
  properties: {
    Action: replaces(text),
    LayerVersionArn: replaces(text),
    OrganizationId: replaces(text),
    Principal: replaces(text),
  },
  required: ["Action", "LayerVersionArn", "Principal"],
  async create(ctx, { LayerVersionArn, Action, Principal, OrganizationId }) {
    await created(
      ctx,
      ["ResourceConflictException"],
      call(ctx, "lambda", "AddLayerVersionPermission", {
        ...layerOf(LayerVersionArn),
        Action,
        Principal,
        OrganizationId,
        StatementId: ctx.name,
      }),
    );
    const Id = `${LayerVersionArn}#${ctx.name}`;
    return { physicalId: Id, attributes: { Id } };
  },
  async delete(ctx, { physicalId }, { LayerVersionArn }) {
    const [, StatementId = physicalId] = physicalId.split("#");
    await unless(
      ["ResourceNotFoundException"],
      call(ctx, "lambda", "RemoveLayerVersionPermission", {
        ...layerOf(LayerVersionArn),
        StatementId,
      }),
    );
  },
  identify: (ctx) => ctx.name,
});

function layerOf(arn: string): { readonly LayerName: string; readonly VersionNumber: number } {
  const [, LayerName, number] = /^(.*):([0-9]+)$/.exec(arn) ?? [];
  if (LayerName === undefined) {
    throw new PropertyError(`LayerVersionArn ${arn} is not the ARN of a layer version`);
  }
  return { LayerName, VersionNumber: Number(number) };
}
