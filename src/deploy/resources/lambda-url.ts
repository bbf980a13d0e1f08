/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-url.html */
import { boolean, list, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

export const lambdaUrl: ResourceType = resourceType({
  type: "AWS::Lambda::Url",
  attributes: ["FunctionArn", "FunctionUrl"],
  properties: {
    AuthType: changes(text),
    Cors: changes(
      object({
        AllowCredentials: boolean,
        AllowHeaders: list(text),
        AllowMethods: list(text),
        AllowOrigins: list(text),
        ExposeHeaders: list(text),
        MaxAge: number,
      }),
    ),
    InvokeMode: changes(text),
    Qualifier: replaces(text),
    TargetFunctionArn: replaces(text),
  },
  required: ["AuthType", "TargetFunctionArn"],
  async create(ctx, properties) {
    const { AuthType, Cors, InvokeMode } = properties;
    const target = targetOf(properties);
    await created(
      ctx,
      ["ResourceConflictException"],
      call(ctx, "lambda", "CreateFunctionUrlConfig", { ...target, AuthType, Cors, InvokeMode }),
    );
    return live(ctx, target);
  },
  async update(ctx, _, properties) {
    const { AuthType, Cors = {}, InvokeMode = "BUFFERED" } = properties;
    const target = targetOf(properties);
    await call(ctx, "lambda", "UpdateFunctionUrlConfig", { ...target, AuthType, Cors, InvokeMode });
    return live(ctx, target);
  },
  async delete(ctx, _, properties) {
    await unless(GONE, call(ctx, "lambda", "DeleteFunctionUrlConfig", targetOf(properties)));
  },
  identify: (_, { TargetFunctionArn }) => TargetFunctionArn,
});

interface Target {
  readonly FunctionName: string;
  readonly Qualifier?: string | undefined;
}

function targetOf(properties: {
  readonly TargetFunctionArn: string;
  readonly Qualifier?: string | undefined;
}): Target {
  const { TargetFunctionArn: FunctionName, Qualifier } = properties;
  return { FunctionName, Qualifier };
}

async function live(ctx: ResourceContext, target: Target): Promise<LiveResource> {
  const { FunctionArn, FunctionUrl } = await call(ctx, "lambda", "GetFunctionUrlConfig", target);
  return { physicalId: FunctionArn, attributes: { FunctionArn, FunctionUrl } };
}
