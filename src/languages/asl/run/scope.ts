/** What the expressions of a state see: input, context object, variables. */
import { isObject, type Json, type JsonObject, type Scope } from "../data/scope.ts";
import type { Draft } from "./draft.ts";
import type { ExecutionInfo, Thread } from "./execution.ts";

export interface ScopeOptions {
  readonly input: Json;
  /** Further members of `$states`. */
  readonly states?: Readonly<Record<string, Json>>;
  readonly taskToken?: string | undefined;
  /** The item of a Map state whose selector is evaluated. */
  readonly item?: MapItem | undefined;
}

export interface MapItem {
  readonly index: number;
  readonly value: Json;
  /** Of a member of an object, in distributed mode. */
  readonly key?: string | undefined;
  /** In distributed mode: `STATE_DATA`, or a URI in S3. */
  readonly source?: string | undefined;
}

/** Context object and variables are made when an expression asks for them: most do not. */
export function scopeOf(draft: Draft, thread: Thread, options: ScopeOptions): Scope {
  let context: Json | undefined;
  let variables: JsonObject | undefined;
  return {
    input: options.input,
    get context() {
      context ??= contextOf(draft, thread, options);
      return context;
    },
    get variables() {
      variables ??= variablesOf(draft, thread);
      return variables;
    },
    ...(options.states !== undefined && { states: options.states }),
    chance: draft.chance,
  };
}

/** Those of the inner scope stand before those of the scopes around it. */
export function variablesOf(draft: Draft, thread: Thread): JsonObject {
  const parent = thread.parentId === undefined ? undefined : draft.thread(thread.parentId);
  return parent === undefined
    ? thread.variables
    : { ...variablesOf(draft, parent), ...thread.variables };
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextOf(draft: Draft, thread: Thread, options: ScopeOptions): Json {
  const { info } = draft;
  const item = options.item ?? itemAround(draft, thread);
  const context = {
    Execution: executionContext(info),
    StateMachine: { Id: info.versionArn ?? info.machineArn, Name: info.machineName },
    State: {
      Name: thread.stateName,
      EnteredTime: isoTime(thread.enteredMs),
      RetryCount: thread.retries.reduce((sum, count) => sum + count, 0),
    },
    ...(options.taskToken !== undefined && { Task: { Token: options.taskToken } }),
    ...(item !== undefined && { Map: { Item: itemContext(item) } }),
  };
  return info.context === undefined ? context : withGiven(context, info.context);
}

/** Members of the parts that are given take the places of those that would be there. */
function withGiven(context: JsonObject, given: JsonObject): JsonObject {
  const parts = Object.entries(given).map(([name, part]): [string, Json] => {
    const own = context[name];
    return [name, isObject(own) && isObject(part) ? { ...own, ...part } : part];
  });
  return { ...context, ...Object.fromEntries(parts) };
}

function itemContext({ index, value, key, source }: MapItem): JsonObject {
  return {
    Index: index,
    Value: value,
    ...(key !== undefined && { Key: key }),
    ...(source !== undefined && { Source: source }),
  };
}

const executions = new WeakMap<ExecutionInfo, JsonObject>();

function executionContext(info: ExecutionInfo): JsonObject {
  let context = executions.get(info);
  if (context === undefined) {
    context = {
      Id: info.arn,
      Input: info.input.json,
      Name: info.name,
      RoleArn: info.roleArn,
      StartTime: isoTime(info.startedMs),
      RedriveCount: info.redriveCount,
      ...(info.redrivenMs !== undefined && { RedriveTime: isoTime(info.redrivenMs) }),
    };
    executions.set(info, context);
  }
  return context;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The item that the nearest Map state around a thread gave it. */
function itemAround(draft: Draft, thread: Thread): MapItem | undefined {
  for (let inner = thread; inner.parentId !== undefined; ) {
    const parent = draft.thread(inner.parentId);
    if (parent === undefined) {
      return undefined;
    }
    const items = draft.items(parent.id);
    if (items !== undefined) {
      return { index: inner.index, value: (items.json as readonly Json[])[inner.index] ?? null };
    }
    inner = parent;
  }
  return undefined;
}
