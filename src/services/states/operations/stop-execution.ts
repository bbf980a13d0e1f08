import { parseExecutionArn } from "../arns.ts";
import { executionDoesNotExist } from "../errors.ts";
import { executionKey, executions } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/**
 * Stopping an execution that is over succeeds, and says when that was.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
 */
export const stopExecution: StatesOperation<"StopExecution"> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  const { error, cause } = input;
  const delivery = await ctx.executor.deliver(id, { kind: "abort", failure: { error, cause } });
  if (delivery === "gone") {
    throw executionDoesNotExist(input.executionArn);
  }
  const record = await ctx.store.read((tx) => executions.get(tx, executionKey(id)));
  return { stopDate: new Date(record?.stoppedMs ?? ctx.nowMs) };
};
