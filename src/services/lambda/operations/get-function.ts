import { codePath } from "../code-url.ts";
import { configuration } from "../configuration.ts";
import { existingFunction, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const getFunction: LambdaOperation<"GetFunction"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const { fn, latest } = await ctx.store.read((tx) => ({
    fn: existingFunction(tx, reference),
    latest: latestFunction(tx, reference),
  }));
  const reserved = latest.reservedConcurrency;
  return {
    Configuration: configuration(fn, reference.qualifier),
    Code: { RepositoryType: "S3", Location: ctx.endpoint + codePath(fn) },
    ...(Object.keys(latest.tags).length > 0 && { Tags: latest.tags }),
    ...(reserved !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reserved },
    }),
  };
};
