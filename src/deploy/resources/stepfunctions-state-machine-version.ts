/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachineversion.html */
import { text } from "./property-shape.ts";
import { call, type ResourceType, replaces, resourceType } from "./resource-type.ts";

/** Publishing the same revision again gives the version it has, so a second run makes none. */
export const stepfunctionsStateMachineVersion: ResourceType = resourceType({
  type: "AWS::StepFunctions::StateMachineVersion",
  attributes: ["Arn"],
  properties: {
    Description: replaces(text),
    StateMachineArn: replaces(text),
    StateMachineRevisionId: replaces(text),
  },
  required: ["StateMachineArn"],
  async create(ctx, properties) {
    const { stateMachineVersionArn: arn } = await call(
      ctx,
      "states",
      "PublishStateMachineVersion",
      {
        stateMachineArn: properties.StateMachineArn,
        revisionId: properties.StateMachineRevisionId,
        description: properties.Description,
      },
    );
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async delete(ctx, { physicalId: stateMachineVersionArn }) {
    await call(ctx, "states", "DeleteStateMachineVersion", { stateMachineVersionArn });
  },
});
