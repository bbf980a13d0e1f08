/**
 * The functions that a bucket is to tell: each exists, and lets S3 invoke it for this bucket.
 * Lambda's own operations are asked; nothing of the functions is run.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { decide, readPolicy } from "../../languages/policy/policy-decision.ts";
import { AwsError } from "../../wire/aws-error.ts";
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
    if (!isInvocable(policy?.Policy, { arn, bucket, accountId: ctx.accountId })) {
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

function isInvocable(
  document: string | undefined,
  about: { readonly arn: string; readonly bucket: string; readonly accountId: string },
): boolean {
  const policy: JsonObject = document === undefined ? {} : JSON.parse(document);
  const given = policy["Statement"];
  const read = readPolicy({ Statement: (Array.isArray(given) ? given : []).filter(isForS3) });
  return (
    "policy" in read &&
    decide(read.policy, {
      action: "lambda:InvokeFunction",
      resource: about.arn,
      context: {
        "aws:sourcearn": bucketArn(about.bucket),
        "aws:sourceaccount": about.accountId,
      },
    }) === "allowed"
  );
}

function isForS3(statement: unknown): boolean {
  const principal = isJsonObject(statement) ? statement["Principal"] : undefined;
  return principal === "*" || (isJsonObject(principal) && principal["Service"] === PRINCIPAL);
}
