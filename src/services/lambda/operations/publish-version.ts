import { notSupported } from "../../../wire/aws-error.ts";
import { configuration, shownHash } from "../configuration.ts";
import { invalidParameterValue } from "../errors.ts";
import { checkRevision, type LambdaFunction, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";
import { publish } from "../publish-version.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export const publishVersion: LambdaOperation<"PublishVersion"> = async (ctx, input) => {
  if (input.PublishTo !== undefined) {
    throw notSupported("PublishVersion", "PublishTo");
  }
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const version = await ctx.store.write((tx): LambdaFunction => {
    const latest = latestFunction(tx, reference);
    checkRevision(latest.revisionId, input.RevisionId);
    checkCode(latest, input.CodeSha256);
    return publish(ctx.blobs, tx, latest, input.Description);
  });
  return configuration(version, version.version);
};

function checkCode(latest: LambdaFunction, given: string | undefined): void {
  const current = shownHash(latest);
  if (given !== undefined && given !== "" && given !== current) {
    throw invalidParameterValue(
      `CodeSHA256 (${given}) is different from current CodeSHA256 in $LATEST (${current}). ` +
        "Please try again with the CodeSHA256 in $LATEST.",
    );
  }
}
