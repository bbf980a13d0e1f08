import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { changeReserved } from "../reserved-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
export const putFunctionConcurrency: LambdaOperation<"PutFunctionConcurrency"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const reservedConcurrency = input.ReservedConcurrentExecutions;
  await ctx.store.write((tx) => {
    const fn = latestFunction(tx, reference);
    changeReserved(tx, fn, reservedConcurrency);
    functions.put(tx, functionKey(fn), { ...fn, reservedConcurrency });
  });
  return { ReservedConcurrentExecutions: reservedConcurrency };
};
