import type { ReadTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { describedResource } from "../described.ts";
import { resourceDoesNotExist, stackNotFound, validationError } from "../errors.ts";
import { resources, stacks } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import { lookUpStack, type OperationContext } from "../stack-lookup.ts";
import type { StackRecord } from "../state.ts";

type Request = Input<"cloudformation", "DescribeStackResources">;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
export async function describeStackResources(
  ctx: OperationContext,
  input: Request,
): Promise<Output<"cloudformation", "DescribeStackResources">> {
  return ctx.store.read((tx) => {
    const stack = stackOf(tx, ctx, input);
    const found = [...resources.list(tx, { prefix: [stack.id] })]
      .map(({ record }) => record)
      .filter(
        ({ logicalId }) =>
          input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
      );
    if (found.length === 0 && input.LogicalResourceId !== undefined) {
      throw resourceDoesNotExist(input.LogicalResourceId, stack.name);
    }
    return {
      StackResources: found.slice(0, PAGE_SIZE).map((resource) => ({
        ...describedResource(stack, resource),
        Timestamp: new Date(resource.updatedMs),
      })),
    };
  });
}

function stackOf(tx: ReadTx, ctx: OperationContext, input: Request): StackRecord {
  if (input.StackName !== undefined) {
    const stack = lookUpStack(tx, ctx, input.StackName);
    if (stack === undefined) {
      throw stackNotFound(input.StackName);
    }
    return stack;
  }
  const { PhysicalResourceId: physicalId } = input;
  if (physicalId === undefined) {
    throw validationError("Either StackName or PhysicalResourceId must be specified");
  }
  for (const { record: stack } of stacks.list(tx, { prefix: [ctx.accountId, ctx.region] })) {
    for (const { record } of resources.list(tx, { prefix: [stack.id] })) {
      if (record.live?.physicalId === physicalId) {
        return stack;
      }
    }
  }
  throw validationError(`Stack for ${physicalId} does not exist`);
}
