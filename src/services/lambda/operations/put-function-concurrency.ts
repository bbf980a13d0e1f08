import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";
import { putReserved } from "../reserved-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
export const putFunctionConcurrency: LambdaOperation<"PutFunctionConcurrency"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const reservedConcurrency = input.ReservedConcurrentExecutions;
  await ctx.store.write((tx) => {
    putReserved(tx, latestFunction(tx, reference), reservedConcurrency);
  });
  return { ReservedConcurrentExecutions: reservedConcurrency };
};
