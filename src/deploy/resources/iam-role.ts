/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html */
import { document, list, number, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["NoSuchEntity"];

interface Policies {
  readonly ManagedPolicyArns?: readonly string[] | undefined;
  readonly Policies?:
    | readonly { readonly PolicyName: string; readonly PolicyDocument: string }[]
    | undefined;
}

export const iamRole: ResourceType = resourceType({
  type: "AWS::IAM::Role",
  attributes: ["Arn", "RoleId"],
  physicalName: { property: "RoleName", lengthMax: 64 },
  properties: {
    AssumeRolePolicyDocument: changes(document),
    Description: changes(text),
    ManagedPolicyArns: changes(list(text)),
    MaxSessionDuration: changes(number),
    Path: replaces(text),
    PermissionsBoundary: changes(text),
    Policies: changes(
      list(
        object({ PolicyDocument: document, PolicyName: text }, ["PolicyDocument", "PolicyName"]),
      ),
    ),
    RoleName: replaces(text),
    Tags: changes(tagList),
  },
  required: ["AssumeRolePolicyDocument"],
  exists: (ctx) => found(GONE, call(ctx, "iam", "GetRole", { RoleName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const { ManagedPolicyArns: _, Policies: __, Tags, ...rest } = properties;
    await created(
      ctx,
      ["EntityAlreadyExists", "EntityAlreadyExistsException"],
      call(ctx, "iam", "CreateRole", {
        ...rest,
        RoleName: ctx.name,
        Tags: tagPairs(tagsOf(ctx, Tags)),
      }),
    );
    await changePolicies(ctx, {}, properties);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const RoleName = ctx.name;
    await call(ctx, "iam", "UpdateAssumeRolePolicy", {
      RoleName,
      PolicyDocument: properties.AssumeRolePolicyDocument,
    });
    await call(ctx, "iam", "UpdateRole", {
      RoleName,
      Description: properties.Description ?? "",
      MaxSessionDuration: properties.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    });
    await changeBoundary(ctx, properties.PermissionsBoundary, before.PermissionsBoundary);
    await changePolicies(ctx, before, properties);
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "iam", "TagRole", { RoleName, Tags: tagPairs(added) }),
        untag: (keys) => call(ctx, "iam", "UntagRole", { RoleName, TagKeys: keys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: RoleName }, properties) {
    for (const PolicyArn of properties.ManagedPolicyArns ?? []) {
      await unless(GONE, call(ctx, "iam", "DetachRolePolicy", { RoleName, PolicyArn }));
    }
    for (const { PolicyName } of properties.Policies ?? []) {
      await unless(GONE, call(ctx, "iam", "DeleteRolePolicy", { RoleName, PolicyName }));
    }
    await unless(GONE, call(ctx, "iam", "DeleteRole", { RoleName }));
  },
});

const DEFAULT_SESSION_SECONDS = 3600;

async function changePolicies(
  ctx: ResourceContext,
  before: Policies,
  after: Policies,
): Promise<void> {
  const RoleName = ctx.name;
  const [attached, wanted] = [before.ManagedPolicyArns ?? [], after.ManagedPolicyArns ?? []];
  for (const PolicyArn of wanted) {
    await call(ctx, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
  }
  for (const PolicyArn of attached.filter((arn) => !wanted.includes(arn))) {
    await unless(GONE, call(ctx, "iam", "DetachRolePolicy", { RoleName, PolicyArn }));
  }
  const names = new Set((after.Policies ?? []).map(({ PolicyName }) => PolicyName));
  for (const policy of after.Policies ?? []) {
    await call(ctx, "iam", "PutRolePolicy", { RoleName, ...policy });
  }
  for (const { PolicyName } of before.Policies ?? []) {
    if (!names.has(PolicyName)) {
      await unless(GONE, call(ctx, "iam", "DeleteRolePolicy", { RoleName, PolicyName }));
    }
  }
}

async function changeBoundary(
  ctx: ResourceContext,
  boundary: string | undefined,
  before: string | undefined,
): Promise<void> {
  const RoleName = ctx.name;
  if (boundary !== undefined) {
    await call(ctx, "iam", "PutRolePermissionsBoundary", {
      RoleName,
      PermissionsBoundary: boundary,
    });
  } else if (before !== undefined) {
    await unless(GONE, call(ctx, "iam", "DeleteRolePermissionsBoundary", { RoleName }));
  }
}

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { Role: role } = await call(ctx, "iam", "GetRole", { RoleName: ctx.name });
  return {
    physicalId: ctx.name,
    attributes: { Arn: role?.Arn ?? "", RoleId: role?.RoleId ?? "" },
  };
}
