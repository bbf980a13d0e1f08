/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-permission.html */
import { boolean, text } from "./property-shape.ts";
import {
  call,
  created,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

/** A statement id may have 100 characters. */
const STATEMENT_ID = { property: "Id", lengthMax: 100 };

export const lambdaPermission: ResourceType = resourceType({
  type: "AWS::Lambda::Permission",
  attributes: ["Id"],
  physicalName: STATEMENT_ID,
  properties: {
    Action: replaces(text),
    EventSourceToken: replaces(text),
    FunctionName: replaces(text),
    FunctionUrlAuthType: replaces(text),
    InvokedViaFunctionUrl: replaces(boolean),
    Principal: replaces(text),
    PrincipalOrgID: replaces(text),
    SourceAccount: replaces(text),
    SourceArn: replaces(text),
  },
  required: ["Action", "FunctionName", "Principal"],
  async create(ctx, properties) {
    await created(
      ctx,
      ["ResourceConflictException"],
      call(ctx, "lambda", "AddPermission", { ...properties, StatementId: ctx.name }),
    );
    return { physicalId: ctx.name, attributes: { Id: ctx.name } };
  },
  async delete(ctx, { physicalId }, properties) {
    await unless(
      ["ResourceNotFoundException"],
      call(ctx, "lambda", "RemovePermission", {
        FunctionName: properties.FunctionName,
        StatementId: physicalId,
      }),
    );
  },
});
