import { resolvedUri } from "../../../functions/images/image-reference.ts";
import type { Output } from "../../../wire/operations.ts";
import { codePath } from "../code-url.ts";
import { configuration } from "../configuration.ts";
import { existingFunction, type LambdaFunction, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { hexHash } from "../package-use.ts";
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
    Code: codeLocation(fn, ctx.endpoint),
    ...(Object.keys(latest.tags).length > 0 && { Tags: latest.tags }),
    ...(reserved !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reserved },
    }),
  };
};

function codeLocation(
  fn: LambdaFunction,
  endpoint: string,
): Output<"lambda", "GetFunction">["Code"] {
  const { imageUri, sourceKeyArn } = fn.code;
  return imageUri === undefined
    ? {
        RepositoryType: "S3",
        Location: endpoint + codePath(fn),
        SourceKMSKeyArn: sourceKeyArn,
      }
    : {
        RepositoryType: "ECR",
        ImageUri: imageUri,
        ResolvedImageUri: resolvedUri(imageUri, hexHash(fn.code)),
      };
}
