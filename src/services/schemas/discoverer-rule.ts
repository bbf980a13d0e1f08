/** The rule on a bus that hands its events to a discoverer, by EventBridge's own operations. */
import { parseArn } from "../../base/arn.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { RequestContext } from "../service.ts";
import { discovererArn, ruleNameOf } from "./discoverer.ts";
import { badRequest } from "./errors.ts";
import type { SchemasPorts } from "./ports.ts";

interface Named {
  readonly id: string;
  readonly sourceArn: string;
}

export async function putDiscovererRule(
  ctx: RequestContext & SchemasPorts,
  discoverer: Named & { readonly crossAccount: boolean },
): Promise<void> {
  const { id, sourceArn, crossAccount } = discoverer;
  const name = ruleNameOf(id);
  const account = crossAccount ? { prefix: "" } : (parseArn(sourceArn)?.accountId ?? "");
  // A replay adds a field to events, which is no news about their schema.
  const pattern = { account: [account], "replay-name": [{ exists: false }] };
  try {
    await ctx.dispatcher.call(ctx, "events", "PutRule", {
      Name: name,
      EventBusName: sourceArn,
      EventPattern: JSON.stringify(pattern),
      Description: "Hands events to a schema discoverer.",
    });
    await ctx.dispatcher.call(ctx, "events", "PutTargets", {
      Rule: name,
      EventBusName: sourceArn,
      Targets: [{ Id: name, Arn: discovererArn(ctx, id) }],
    });
  } catch (error) {
    throw error instanceof AwsError ? badRequest(error.message) : error;
  }
}

/** A rule that is gone already is fine, and so is its bus. */
export async function deleteDiscovererRule(
  ctx: RequestContext & SchemasPorts,
  { id, sourceArn }: Named,
): Promise<void> {
  const Name = ruleNameOf(id);
  try {
    const named = { EventBusName: sourceArn };
    await ctx.dispatcher.call(ctx, "events", "RemoveTargets", {
      ...named,
      Rule: Name,
      Ids: [Name],
    });
    await ctx.dispatcher.call(ctx, "events", "DeleteRule", { ...named, Name });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") {
      throw error;
    }
  }
}
