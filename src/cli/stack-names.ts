/** The names of all stacks. */
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";

export async function stackNames(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<readonly string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await dispatcher.call(caller, "cloudformation", "DescribeStacks", { NextToken });
    names.push(...(page.Stacks ?? []).map(({ StackName }) => StackName));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}
