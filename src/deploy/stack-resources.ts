/** What a stack consists of. */
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** Those that exist: not what was deleted, nor what a condition leaves out. */
export async function stackResources(
  dispatcher: Dispatcher,
  caller: Caller,
  stackName: string,
): Promise<readonly StackResource[]> {
  const found: StackResource[] = [];
  let NextToken: string | undefined;
  do {
    const page = await dispatcher.call(caller, "cloudformation", "ListStackResources", {
      StackName: stackName,
      NextToken,
    });
    for (const resource of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId: logicalId, ResourceType: type, ResourceStatus: status } = resource;
      const physicalId = resource.PhysicalResourceId;
      if (logicalId && type && physicalId && !status?.startsWith("DELETE")) {
        found.push({ logicalId, type, physicalId });
      }
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

export function isFunction({ type }: StackResource): boolean {
  return type === "AWS::Lambda::Function";
}
