/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html */
import { boolean, map, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

/** `AWS::ApiGateway::Stage` has all that can stand here, and more. */
const stageDescription = object({
  Description: text,
  TracingEnabled: boolean,
  Variables: map(text),
});

export const apigatewayDeployment: ResourceType = resourceType({
  type: "AWS::ApiGateway::Deployment",
  attributes: ["DeploymentId"],
  properties: {
    Description: changes(text),
    RestApiId: replaces(text),
    StageDescription: changes(stageDescription),
    StageName: changes(text),
  },
  required: ["RestApiId"],
  /** Run twice it makes two: a deployment is a copy of what there is, and the last one counts. */
  async create(ctx, { RestApiId: restApiId, StageName, Description, StageDescription }) {
    const { id = "" } = await call(ctx, "apigateway", "CreateDeployment", {
      restApiId,
      stageName: StageName,
      description: Description,
      stageDescription: StageDescription?.Description,
      tracingEnabled: StageDescription?.TracingEnabled,
      variables: StageDescription?.Variables,
    });
    return { physicalId: id, attributes: { DeploymentId: id } };
  },
  async update(ctx, live, { RestApiId: restApiId, Description }) {
    await call(ctx, "apigateway", "UpdateDeployment", {
      restApiId,
      deploymentId: live.physicalId,
      patchOperations: [{ op: "replace", path: "/description", value: Description ?? "" }],
    });
    return live;
  },
  /** A stage that it made goes with it. */
  async delete(ctx, { physicalId: deploymentId }, { RestApiId: restApiId, StageName }) {
    if (StageName !== undefined) {
      const stage = await unless(
        ["NotFoundException"],
        call(ctx, "apigateway", "GetStage", { restApiId, stageName: StageName }),
      );
      if (stage?.deploymentId === deploymentId) {
        await call(ctx, "apigateway", "DeleteStage", { restApiId, stageName: StageName });
      }
    }
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteDeployment", { restApiId, deploymentId }),
    );
  },
});
