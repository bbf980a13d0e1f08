import type { Input, Output } from "../../../wire/operations.ts";
import { stackNotFound, validationError } from "../errors.ts";
import { history } from "../keys.ts";
import { PAGE_SIZE } from "../limits.ts";
import { lookUpStack, type OperationContext } from "../stack-lookup.ts";

/**
 * Newest first. The token is the id of the last row shown, so that later events move no page.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export async function describeStackEvents(
  ctx: OperationContext,
  input: Input<"cloudformation", "DescribeStackEvents">,
): Promise<Output<"cloudformation", "DescribeStackEvents">> {
  const { NextToken: token } = input;
  if (token !== undefined && !/^[0-9a-v]+$/.test(token)) {
    throw validationError("Invalid NextToken");
  }
  return ctx.store.read((tx) => {
    const stack = lookUpStack(tx, ctx, input.StackName);
    if (stack === undefined) {
      throw stackNotFound(input.StackName);
    }
    const rows = [
      ...history.list(tx, {
        prefix: [stack.id],
        until: token === undefined ? undefined : [stack.id, token],
        reverse: true,
        limit: PAGE_SIZE + 1,
      }),
    ];
    const shown = rows.slice(0, PAGE_SIZE);
    const last = rows.length > PAGE_SIZE ? shown.at(-1)?.id.at(-1) : undefined;
    return {
      StackEvents: shown.map(({ record }) => ({
        StackId: stack.id,
        EventId: record.eventId,
        StackName: stack.name,
        LogicalResourceId: record.logicalId,
        PhysicalResourceId: record.physicalId,
        ResourceType: record.type,
        Timestamp: new Date(record.timestampMs),
        ResourceStatus: record.status,
        ResourceStatusReason: record.reason,
        ResourceProperties: record.properties && JSON.stringify(record.properties),
        ClientRequestToken: record.clientToken,
      })),
      NextToken: last === undefined ? undefined : String(last),
    };
  });
}
