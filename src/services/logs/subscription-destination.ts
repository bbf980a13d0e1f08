/**
 * Where subscription filters may deliver to: functions that let CloudWatch Logs invoke them for the
 * group, and streams. What a role may do is not asked: nothing in the engine is denied by roles.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
 */
import { parseArn } from "../../base/arn.ts";
import { AwsError, notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { isInvocable } from "../function-permission.ts";
import { invalidParameter } from "./errors.ts";
import { type GroupName, groupArn } from "./log-group.ts";
import type { LogsContext } from "./ports.ts";

type Request = Pick<Input<"logs", "PutSubscriptionFilter">, "destinationArn" | "roleArn">;

export async function checkDestination(
  ctx: LogsContext,
  { destinationArn, roleArn }: Request,
  group: GroupName,
): Promise<void> {
  const destination = parseArn(destinationArn);
  if (destination?.service === "firehose" || destination?.service === "logs") {
    const kind = destination.service === "firehose" ? "Firehose" : "destinations of other accounts";
    throw notSupported("PutSubscriptionFilter", `destinationArn of ${kind}`);
  }
  if (destination?.service === "kinesis") {
    if (roleArn === undefined) {
      throw invalidParameter("destinationArn for vendor kinesis cannot be used without roleArn");
    }
  } else if (destination?.service === "lambda") {
    if (roleArn !== undefined) {
      throw invalidParameter("destinationArn for vendor lambda cannot be used with roleArn");
    }
    await checkFunction(ctx, destinationArn, group);
  } else {
    throw invalidParameter(
      `PutSubscriptionFilter operation cannot work with destinationArn for vendor ${destination?.service ?? destinationArn}`,
    );
  }
}

async function checkFunction(ctx: LogsContext, arn: string, group: GroupName): Promise<void> {
  const { accountId, region } = group;
  const asked = await policyOf(ctx, arn);
  const isAllowed =
    asked !== undefined &&
    isInvocable(asked.Policy, {
      arn,
      principals: ["logs.amazonaws.com", `logs.${region}.amazonaws.com`],
      sourceArn: `${groupArn(group)}:*`,
      sourceAccount: accountId,
    });
  if (!isAllowed) {
    throw invalidParameter(
      "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
    );
  }
}

/** `undefined` for a function that is not there, or has no policy. */
async function policyOf(
  { dispatcher, accountId, region }: LogsContext,
  arn: string,
): Promise<{ readonly Policy?: string | undefined } | undefined> {
  try {
    const [, , , , , , FunctionName = "", Qualifier] = arn.split(":");
    const qualified = Qualifier === undefined ? {} : { Qualifier };
    return await dispatcher.call({ accountId, region }, "lambda", "GetPolicy", {
      FunctionName,
      ...qualified,
    });
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
