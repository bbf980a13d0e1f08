import { invalidParameterValue } from "../errors.ts";
import { existingFunction, type LambdaFunction } from "../function.ts";
import { functionReference, LATEST } from "../function-name.ts";
import { eventInvokeConfigs, functionKey, functions, policies } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { changeReserved } from "../reserved-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
export const deleteFunction: LambdaOperation<"DeleteFunction"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  if (reference.qualifier === LATEST) {
    throw invalidParameterValue("$LATEST version cannot be deleted without deleting the function.");
  }
  const deleted = await ctx.store.write((tx): LambdaFunction => {
    const fn = existingFunction(tx, reference);
    const key = functionKey(fn);
    functions.delete(tx, key);
    policies.delete(tx, key);
    eventInvokeConfigs.delete(tx, key);
    changeReserved(tx, fn, undefined);
    ctx.blobs.release(tx, fn.code.blobId);
    return fn;
  });
  ctx.invoker.retire(deleted);
  return { StatusCode: 204 };
};
