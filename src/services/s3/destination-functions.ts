/**
 * The functions that a bucket is to tell: each exists, and lets S3 invoke it for this bucket.
 * Lambda's own operations are asked; nothing of the functions is run.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import { isInvocable } from "../function-permission.ts";
import { bucketArn } from "./bucket.ts";
import type { S3Context } from "./ports.ts";

export type RefusedDestination = readonly [arn: string, reason: string];

const PRINCIPAL = "s3.amazonaws.com";

export async function refusedFunctions(
  ctx: S3Context,
  bucket: string,
  arns: readonly string[],
): Promise<readonly RefusedDestination[]> {
  const refused: RefusedDestination[] = [];
  for (const arn of new Set(arns)) {
    const caller = { accountId: ctx.accountId, region: arn.split(":")[3] ?? ctx.region };
    const ask = (operation: "GetFunctionConfiguration" | "GetPolicy") =>
      answered(ctx.dispatcher.call(caller, "lambda", operation, { FunctionName: arn }));
    if ((await ask("GetFunctionConfiguration")) === undefined) {
      refused.push([arn, "The destination Lambda function does not exist"]);
      continue;
    }
    const policy = (await ask("GetPolicy")) as { readonly Policy?: string } | undefined;
    const isAllowed = isInvocable(policy?.Policy, {
      arn,
      principals: [PRINCIPAL],
      sourceArn: bucketArn(bucket),
      sourceAccount: ctx.accountId,
    });
    if (!isAllowed) {
      refused.push([arn, `Not authorized to invoke function [${arn}]`]);
    }
  }
  return refused;
}

/** `undefined` for what Lambda says is not there. */
async function answered(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
