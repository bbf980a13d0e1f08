import { codePath } from "../code-url.ts";
import { configuration } from "../configuration.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const getFunction: LambdaOperation<"GetFunction"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  const reserved = fn.reservedConcurrency;
  return {
    Configuration: configuration(fn, reference.qualifier),
    Code: { RepositoryType: "S3", Location: ctx.endpoint + codePath(fn) },
    ...(Object.keys(fn.tags).length > 0 && { Tags: fn.tags }),
    ...(reserved !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reserved },
    }),
  };
};
