import type { Input, Output } from "../../../wire/operations.ts";
import type { ChangeSetRecord } from "../change-set.ts";
import { describedParameters, describedTags } from "../described.ts";
import { changeSetNotFound } from "../errors.ts";
import { findChangeSet } from "../find-change-set.ts";
import { pageOf } from "../page.ts";
import type { ResourceChange } from "../plan-changes.ts";
import type { OperationContext } from "../stack-lookup.ts";

type Answer = Output<"cloudformation", "DescribeChangeSet">;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export async function describeChangeSet(
  ctx: OperationContext,
  input: Input<"cloudformation", "DescribeChangeSet">,
): Promise<Answer> {
  const { ChangeSetName: changeSetName, StackName: stackName } = input;
  const changeSet = await ctx.store.read((tx) =>
    findChangeSet(tx, ctx, { changeSetName, stackName }),
  );
  if (changeSet === undefined) {
    throw changeSetNotFound(changeSetName);
  }
  const { items, nextToken } = pageOf(changeSet.changes, input.NextToken);
  return { ...described(changeSet), Changes: items.map(describedChange), NextToken: nextToken };
}

function described(changeSet: ChangeSetRecord): Answer {
  const { revision } = changeSet;
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Description: changeSet.description,
    Parameters: describedParameters(revision),
    CreationTime: new Date(changeSet.createdMs),
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: revision.capabilities,
    Tags: describedTags(revision.tags),
    IncludeNestedStacks: false,
    OnStackFailure: changeSet.onFailure,
  };
}

function describedChange(change: ResourceChange): NonNullable<Answer["Changes"]>[number] {
  return {
    Type: "Resource",
    ResourceChange: {
      Action: change.action,
      LogicalResourceId: change.logicalId,
      PhysicalResourceId: change.physicalId,
      ResourceType: change.type,
      Replacement: change.replacement,
      Scope: change.scope,
      Details: change.details.map(({ name, evaluation, requiresRecreation }) => ({
        Target: {
          Attribute: name === "Tags" ? "Tags" : "Properties",
          Name: name === "Tags" ? undefined : name,
          RequiresRecreation: requiresRecreation,
        },
        Evaluation: evaluation,
        ChangeSource: evaluation === "Static" ? "DirectModification" : "ResourceReference",
      })),
    },
  };
}
