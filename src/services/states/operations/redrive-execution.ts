import { parseExecutionArn } from "../arns.ts";
import { executionDoesNotExist, executionNotRedrivable } from "../errors.ts";
import { executionKey, executions } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";
import { redriveStatus } from "../redrivable.ts";

const BY_MAP_RUN = "Execution is redrivable by its Map Run: redrive the parent execution";

/**
 * The execution goes on at the states that were on their way when it ended. A client token makes a
 * request that comes again the same one.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
 */
export const redriveExecution: StatesOperation<"RedriveExecution"> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  const { clientToken } = input;
  const earlierMs = await ctx.store.read((tx) => {
    const record = executions.get(tx, executionKey(id));
    if (record === undefined) {
      throw executionDoesNotExist(input.executionArn);
    }
    if (clientToken !== undefined && record.redriveToken === clientToken) {
      return record.redrivenMs;
    }
    const { status, reason } = redriveStatus(record, tx.nowMs);
    if (status !== "REDRIVABLE") {
      throw executionNotRedrivable(reason ?? BY_MAP_RUN);
    }
    return undefined;
  });
  if (earlierMs !== undefined) {
    return { redriveDate: new Date(earlierMs) };
  }
  await ctx.executor.deliver(id, { kind: "redrive" }, (tx) => {
    const record = executions.get(tx, executionKey(id));
    if (record !== undefined && clientToken !== undefined) {
      executions.put(tx, executionKey(id), { ...record, redriveToken: clientToken });
    }
  });
  const redriven = await ctx.store.read((tx) => executions.get(tx, executionKey(id)));
  return { redriveDate: new Date(redriven?.redrivenMs ?? ctx.nowMs) };
};
