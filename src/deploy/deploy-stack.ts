/** Brings a stack to a template through the public operations of CloudFormation, and waits. */
import { EXIT_FAILURE, OperatorError } from "../base/operator-error.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { Clock } from "../platform/clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Stack, StackEvent } from "../wire/models/cloudformation.gen.ts";

export interface DeployOptions {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly stackName: string;
  /** JSON. */
  readonly template: string;
  /** Those not given keep the value they have in the stack, or else get the template's default. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Called with each event of the stack, once, in order. */
  readonly onEvent: (event: StackEvent) => void;
}

export interface Deployment {
  readonly stack: Stack;
  /** False when the stack already was what the template says. */
  readonly changed: boolean;
}

const POLL_MS = 50;
const CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"];

export async function deployStack(options: DeployOptions): Promise<Deployment> {
  const existing = await updatableStack(options);
  const lastEventId = existing && (await newestEventId(options, existing));
  const input = {
    StackName: options.stackName,
    TemplateBody: options.template,
    Capabilities: CAPABILITIES,
    Parameters: parametersFor(options, existing),
  };
  const operation = existing === undefined ? "CreateStack" : "UpdateStack";
  try {
    await options.dispatcher.callByName(options.caller, "cloudformation", operation, input);
  } catch (error) {
    if (existing !== undefined && isNoUpdate(error)) {
      return { stack: existing, changed: false };
    }
    throw error;
  }
  return { stack: await waitForOutcome(options, lastEventId), changed: true };
}

/** The stack once it takes updates; `undefined` when there is none and it is to be created. */
async function updatableStack(options: DeployOptions): Promise<Stack | undefined> {
  const stack = await settled(options, options.stackName);
  if (stack === undefined || !mustBeReplaced(stack)) {
    return stack;
  }
  await options.dispatcher.call(options.caller, "cloudformation", "DeleteStack", {
    StackName: stack.StackName,
  });
  const left = await settled(options, stack.StackId ?? stack.StackName);
  if (left !== undefined && left.StackStatus !== "DELETE_COMPLETE") {
    throw failed(stack.StackName, left.StackStatus, [left.StackStatusReason ?? ""]);
  }
  return undefined;
}

/** A stack whose creation failed takes no update: CloudFormation wants it deleted first. */
function mustBeReplaced(stack: Stack): boolean {
  return ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"].includes(stack.StackStatus);
}

/** Waits while something is under way: also what an engine that was killed had begun. */
async function settled(options: DeployOptions, name: string): Promise<Stack | undefined> {
  for (;;) {
    const stack = await findStack(options, name);
    if (stack === undefined || !stack.StackStatus.endsWith("_IN_PROGRESS")) {
      return stack;
    }
    await options.clock.sleepUntil(options.clock.nowMs() + POLL_MS);
  }
}

function parametersFor(options: DeployOptions, existing: Stack | undefined) {
  const { Parameters: declared = {} } = JSON.parse(options.template) as {
    Parameters?: Readonly<Record<string, unknown>>;
  };
  const given = Object.entries(options.parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const kept = (existing?.Parameters ?? [])
    .map(({ ParameterKey = "" }) => ParameterKey)
    .filter((key) => Object.hasOwn(declared, key) && !Object.hasOwn(options.parameters, key))
    .map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true }));
  return [...given, ...kept];
}

function isNoUpdate(error: unknown): boolean {
  return error instanceof AwsError && error.message.startsWith("No updates are to be performed");
}

async function findStack(options: DeployOptions, name: string): Promise<Stack | undefined> {
  try {
    const answer = await options.dispatcher.call(
      options.caller,
      "cloudformation",
      "DescribeStacks",
      { StackName: name },
    );
    const [stack] = answer.Stacks ?? [];
    return stack?.StackStatus === "REVIEW_IN_PROGRESS" ? undefined : stack;
  } catch (error) {
    if (error instanceof AwsError && error.message.endsWith("does not exist")) {
      return undefined;
    }
    throw error;
  }
}

async function newestEventId(options: DeployOptions, stack: Stack): Promise<string | undefined> {
  for await (const event of eventsNewestFirst(options, stack)) {
    return event.EventId;
  }
  return undefined;
}

/** Oldest first. */
async function eventsSince(
  options: DeployOptions,
  stack: Stack,
  lastEventId: string | undefined,
): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const event of eventsNewestFirst(options, stack)) {
    if (event.EventId === lastEventId) {
      break;
    }
    events.push(event);
  }
  return events.reverse();
}

async function* eventsNewestFirst(
  options: DeployOptions,
  stack: Stack,
): AsyncGenerator<StackEvent> {
  let NextToken: string | undefined;
  do {
    const page = await options.dispatcher.call(
      options.caller,
      "cloudformation",
      "DescribeStackEvents",
      { StackName: stack.StackId ?? stack.StackName, NextToken },
    );
    yield* page.StackEvents ?? [];
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

async function waitForOutcome(
  options: DeployOptions,
  lastEventId: string | undefined,
): Promise<Stack> {
  const failures: string[] = [];
  let lastId = lastEventId;
  for (;;) {
    const stack = await findStack(options, options.stackName);
    if (stack === undefined) {
      throw failed(options.stackName, "DELETED", failures);
    }
    for (const event of await eventsSince(options, stack, lastId)) {
      lastId = event.EventId;
      options.onEvent(event);
      if (event.ResourceStatus?.endsWith("_FAILED") && !isCancelled(event)) {
        failures.push(`${event.LogicalResourceId}: ${event.ResourceStatusReason ?? "no reason"}`);
      }
    }
    if (!stack.StackStatus.endsWith("_IN_PROGRESS")) {
      if (stack.StackStatus === "CREATE_COMPLETE" || stack.StackStatus === "UPDATE_COMPLETE") {
        return stack;
      }
      throw failed(options.stackName, stack.StackStatus, failures);
    }
    await options.clock.sleepUntil(options.clock.nowMs() + POLL_MS);
  }
}

/** It failed because another one did. */
function isCancelled({ ResourceStatusReason = "" }: StackEvent): boolean {
  return /^Resource (creation|update) cancelled/.test(ResourceStatusReason);
}

function failed(stackName: string, status: string, reasons: readonly string[]): OperatorError {
  return new OperatorError({
    what: `The stack ${stackName} ended in ${status}.`,
    why: reasons.length === 0 ? "Its events give no reason." : reasons.join("\n"),
    fix: fixOf(reasons),
    exitCode: EXIT_FAILURE,
  });
}

function fixOf(reasons: readonly string[]): string {
  const [arn] = reasons.flatMap(
    (reason) => /Layer version (arn:\S+) does not exist/.exec(reason)?.slice(1) ?? [],
  );
  return arn === undefined
    ? "Change the template or the code as said above, and deploy again."
    : "Layers of other accounts cannot be fetched. Tell `millrace dev` or `millrace start` where it lies, " +
        `a folder or a zip: --layer ${arn}=PATH`;
}
