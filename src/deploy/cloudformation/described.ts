/** Records as answers show them. */
import type { Output } from "../../wire/operations.ts";
import type { ResourceRecord, Revision, StackRecord } from "./state.ts";

type Described = NonNullable<Output<"cloudformation", "DescribeStacks">["Stacks"]>[number];
type Parameters = NonNullable<Described["Parameters"]>;
type Summary = NonNullable<Output<"cloudformation", "ListStacks">["StackSummaries"]>[number];

const MASK = "****";
const NOT_CHECKED = { StackDriftStatus: "NOT_CHECKED" };
const RESOURCE_NOT_CHECKED = { StackResourceDriftStatus: "NOT_CHECKED" };

export function describedStack(stack: StackRecord, revision: Revision | undefined): Described {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: revision?.plan.description,
    Parameters: revision && describedParameters(revision),
    CreationTime: new Date(stack.createdMs),
    LastUpdatedTime: dateOf(stack.updatedMs),
    DeletionTime: dateOf(stack.deletedMs),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.onFailure === "DO_NOTHING",
    NotificationARNs: [],
    TimeoutInMinutes: stack.timeoutMinutes,
    Capabilities: revision?.capabilities,
    Outputs: stack.outputs.map(({ name, value, shown, description, exportName }) => ({
      OutputKey: name,
      OutputValue: shown ?? value,
      Description: description,
      ExportName: exportName,
    })),
    RoleARN: revision?.roleArn,
    Tags: describedTags(revision?.tags ?? {}),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: NOT_CHECKED,
    RetainExceptOnCreate: stack.retainExceptOnCreate,
  };
}

export function describedParameters(revision: Omit<Revision, "number">): Parameters {
  return Object.entries(revision.parameters).map(([name, value]) => ({
    ParameterKey: name,
    ParameterValue: revision.noEcho.includes(name) ? MASK : value,
    ResolvedValue: revision.storedValues[name],
  }));
}

export function describedTags(
  tags: Readonly<Record<string, string>>,
): readonly { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function stackSummary(stack: StackRecord, revision: Revision | undefined): Summary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: revision?.plan.description,
    CreationTime: new Date(stack.createdMs),
    LastUpdatedTime: dateOf(stack.updatedMs),
    DeletionTime: dateOf(stack.deletedMs),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DriftInformation: NOT_CHECKED,
  };
}

export function describedResource(
  stack: StackRecord,
  resource: ResourceRecord,
): {
  readonly StackName: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string | undefined;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason: string | undefined;
  readonly DriftInformation: typeof RESOURCE_NOT_CHECKED;
} {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: (resource.live ?? resource.retired.at(-1))?.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status ?? "CREATE_IN_PROGRESS",
    ResourceStatusReason: resource.statusReason,
    DriftInformation: RESOURCE_NOT_CHECKED,
  };
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
