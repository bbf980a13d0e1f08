/**
 * An inline policy of one or more roles.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-policy.html
 */
import { document, list, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const iamPolicy: ResourceType = resourceType({
  type: "AWS::IAM::Policy",
  attributes: ["Id"],
  properties: {
    PolicyDocument: changes(document),
    PolicyName: replaces(text),
    Roles: changes(list(text)),
  },
  required: ["PolicyDocument", "PolicyName", "Roles"],
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await putPolicies(ctx, properties);
    return { physicalId: ctx.name, attributes: { Id: ctx.name } };
  },
  async update(ctx, live, properties, before) {
    await putPolicies(ctx, properties);
    const dropped = before.Roles.filter((role) => !properties.Roles.includes(role));
    await deletePolicies(ctx, dropped, properties.PolicyName);
    return live;
  },
  async delete(ctx, _, { PolicyName, Roles }) {
    await deletePolicies(ctx, Roles, PolicyName);
  },
});

async function putPolicies(
  ctx: ResourceContext,
  properties: {
    readonly Roles: readonly string[];
    readonly PolicyName: string;
    readonly PolicyDocument: string;
  },
): Promise<void> {
  const { Roles, PolicyName, PolicyDocument } = properties;
  for (const RoleName of Roles) {
    await call(ctx, "iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument });
  }
}

async function deletePolicies(
  ctx: ResourceContext,
  roles: readonly string[],
  PolicyName: string,
): Promise<void> {
  for (const RoleName of roles) {
    await unless(["NoSuchEntity"], call(ctx, "iam", "DeleteRolePolicy", { RoleName, PolicyName }));
  }
}
