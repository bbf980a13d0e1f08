/** Finding stacks by what callers say: a name, or an id once a stack is deleted. */
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { CorePorts, RequestContext } from "../../services/service.ts";
import type { ReadTx } from "../../store/store.ts";
import { stackDoesNotExist, validationError } from "./errors.ts";
import { stackNames, stacks } from "./keys.ts";
import type { StackRecord } from "./state.ts";
import type { StackKey } from "./transact.ts";

export interface CloudFormationPorts extends CorePorts {
  readonly dispatcher: Dispatcher;
  /** How long an answer may wait for the stack to come to rest: `answer-grace.ts`. */
  readonly answerGraceMs: number;
}

export type OperationContext = RequestContext & CloudFormationPorts;

interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function callerOf(ctx: RequestContext): Caller {
  return { accountId: ctx.accountId, region: ctx.region, trace: ctx.trace, abort: ctx.abort };
}

export function lookUpStack(tx: ReadTx, place: Place, nameOrId: string): StackRecord | undefined {
  const { accountId, region } = place;
  const id = nameOrId.startsWith("arn:")
    ? nameOrId
    : stackNames.get(tx, [accountId, region, nameOrId]);
  return id === undefined ? undefined : stacks.get(tx, [accountId, region, id]);
}

export function requireStack(tx: ReadTx, place: Place, nameOrId: string): StackRecord {
  const stack = lookUpStack(tx, place, nameOrId);
  if (stack === undefined) {
    throw stackDoesNotExist(nameOrId);
  }
  return stack;
}

export function keyOf(stack: StackRecord): StackKey {
  return { accountId: stack.accountId, region: stack.region, id: stack.id };
}

const NAME_PATTERN = /^[a-zA-Z][-a-zA-Z0-9]*$/;
const NAME_LENGTH_MAX = 128;

export function checkStackName(name: string): void {
  const problem = !NAME_PATTERN.test(name)
    ? "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    : name.length > NAME_LENGTH_MAX
      ? `Member must have length less than or equal to ${NAME_LENGTH_MAX}`
      : undefined;
  if (problem !== undefined) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${problem}`,
    );
  }
}
