/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-deployment.html */
import { text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayv2Deployment: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Deployment",
  attributes: ["DeploymentId"],
  properties: {
    ApiId: replaces(text),
    Description: changes(text),
    StageName: replaces(text),
  },
  required: ["ApiId"],
  /** Run twice it makes two: a deployment is a copy of what there is, and the last one counts. */
  async create(ctx, properties) {
    const { DeploymentId = "" } = await call(ctx, "apigatewayv2", "CreateDeployment", properties);
    return { physicalId: DeploymentId, attributes: { DeploymentId } };
  },
  async update(ctx, live, { ApiId, Description }) {
    await call(ctx, "apigatewayv2", "UpdateDeployment", {
      ApiId,
      DeploymentId: live.physicalId,
      Description,
    });
    return live;
  },
  async delete(ctx, { physicalId: DeploymentId }, { ApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigatewayv2", "DeleteDeployment", { ApiId, DeploymentId }),
    );
  },
});
