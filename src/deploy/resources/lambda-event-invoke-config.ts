/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventinvokeconfig.html */
import { number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const destination = object({ Destination: text }, ["Destination"]);

export const lambdaEventInvokeConfig: ResourceType = resourceType({
  type: "AWS::Lambda::EventInvokeConfig",
  properties: {
    DestinationConfig: changes(object({ OnFailure: destination, OnSuccess: destination })),
    FunctionName: replaces(text),
    MaximumEventAgeInSeconds: changes(number),
    MaximumRetryAttempts: changes(number),
    Qualifier: replaces(text),
  },
  required: ["FunctionName", "Qualifier"],
  async create(ctx, properties) {
    await call(ctx, "lambda", "PutFunctionEventInvokeConfig", properties);
    return {
      physicalId: `${properties.FunctionName}|${properties.Qualifier}`,
      attributes: {},
    };
  },
  async update(ctx, live, properties) {
    await call(ctx, "lambda", "PutFunctionEventInvokeConfig", properties);
    return live;
  },
  async delete(ctx, _, { FunctionName, Qualifier }) {
    await unless(
      ["ResourceNotFoundException"],
      call(ctx, "lambda", "DeleteFunctionEventInvokeConfig", { FunctionName, Qualifier }),
    );
  },
});
