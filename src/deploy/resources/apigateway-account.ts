/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html */
import { text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  resourceType,
} from "./resource-type.ts";

export const apigatewayAccount: ResourceType = resourceType({
  type: "AWS::ApiGateway::Account",
  attributes: ["Id"],
  properties: { CloudWatchRoleArn: changes(text) },
  async create(ctx, { CloudWatchRoleArn }) {
    await set(ctx, CloudWatchRoleArn);
    const id = `${ctx.stackName}-${ctx.logicalId}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(ctx, live, { CloudWatchRoleArn }) {
    await set(ctx, CloudWatchRoleArn);
    return live;
  },
  /** The account stays as it is, as on AWS. */
  delete: () => Promise.resolve(),
});

async function set(ctx: ResourceContext, arn: string | undefined): Promise<void> {
  await call(ctx, "apigateway", "UpdateAccount", {
    patchOperations: [
      arn === undefined
        ? { op: "remove", path: "/cloudwatchRoleArn" }
        : { op: "replace", path: "/cloudwatchRoleArn", value: arn },
    ],
  });
}
