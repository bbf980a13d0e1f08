/**
 * Runs the work that stacks have begun: each item is a few calls to a resource's service, its
 * outcome one event for the stack.
 *
 * Work is a row. One that a crash cut off is found by the first sweep and run again with `resumed`
 * set, so it must lead to the same end whatever its first run did.
 */
import { assert } from "../../base/assert.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import type { CorePorts } from "../../services/service.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { isCustomType } from "../resources/custom-resource.ts";
import { PropertyError } from "../resources/property-shape.ts";
import { resourceTypeOf } from "../resources/registry.ts";
import type { LiveResource, ResourceContext, ResourceType } from "../resources/resource-type.ts";
import { askProvider, type CustomRequestPorts } from "./custom-request.ts";
import { formerProperties, resolvedProperties } from "./dynamic-values.ts";
import { resources, stacks, WORK_TOPIC, workRows } from "./keys.ts";
import type { Draft, Instance, StackEvent, StackRecord, Work } from "./state.ts";
import { loadState, type StackKey, transact } from "./transact.ts";

export type EnginePorts = CorePorts & CustomRequestPorts & { readonly dispatcher: Dispatcher };

export interface Engine {
  start(): void;
  /** Resolves once nothing runs; what was cut off is run again by the next engine. */
  stop(): Promise<void>;
}

/** Items of work that run at once, over all stacks. */
const WORK_PARALLEL_MAX = 32;

/** How long work waits that could not even be tried: the store did not answer. */
const RETRY_DELAY_MS = 1000;

interface Item {
  readonly key: StackKey;
  readonly logicalId: string;
  readonly workId: string;
}

export function createEngine(ports: EnginePorts): Engine {
  const abort = new AbortController();
  const running = new Map<string, Promise<void>>();
  /** Work that may have run before: found at the start, or cut off since. */
  const interrupted = new Set<string>();
  let sweeping: Promise<void> | undefined;
  let sweepAgain = false;
  let unsubscribe: (() => void) | undefined;

  const attempt = async (id: string, item: Item): Promise<void> => {
    try {
      await perform(ports, item, { resumed: interrupted.delete(id), abort: abort.signal });
    } catch (error) {
      interrupted.add(id);
      ports.log.write("error", "deployment work was cut off", { id, error: String(error) });
      await ports.clock.sleepUntil(ports.clock.nowMs() + RETRY_DELAY_MS, abort.signal);
    }
    running.delete(id);
    sweep();
  };

  const sweepOnce = async (isFirst: boolean): Promise<void> => {
    const items = await waitingItems(ports);
    for (const item of items) {
      const id = idOf(item);
      if (isFirst) {
        interrupted.add(id);
      }
      if (!running.has(id) && running.size < WORK_PARALLEL_MAX && !abort.signal.aborted) {
        running.set(id, attempt(id, item));
      }
    }
  };

  const sweep = (isFirst = false): void => {
    if (sweeping !== undefined) {
      sweepAgain = true;
      return;
    }
    sweepAgain = false;
    sweeping = sweepOnce(isFirst)
      .catch((error: unknown) => {
        ports.log.write("error", "deployment work could not be read", { error: String(error) });
      })
      .finally(() => {
        sweeping = undefined;
        if (sweepAgain && !abort.signal.aborted) {
          sweep();
        }
      });
  };

  return {
    start() {
      unsubscribe = ports.store.signals.subscribe(WORK_TOPIC, () => sweep());
      sweep(true);
    },
    async stop() {
      unsubscribe?.();
      abort.abort();
      await sweeping;
      await Promise.all(running.values());
    },
  };
}

function idOf(item: Item): string {
  return `${item.key.id} ${item.workId}`;
}

function waitingItems(ports: EnginePorts): Promise<readonly Item[]> {
  return ports.store.read((tx) =>
    [...workRows.list(tx)].map(({ id, record }) => ({
      key: { accountId: record.accountId, region: record.region, id: String(id[0]) },
      logicalId: String(id[1]),
      workId: record.workId,
    })),
  );
}

interface Assignment {
  readonly stack: StackRecord;
  readonly work: Work;
  readonly live: Instance | undefined;
  readonly logicalId: string;
  readonly resumed: boolean;
  readonly abort: AbortSignal;
}

async function perform(
  ports: EnginePorts,
  item: Item,
  run: { readonly resumed: boolean; readonly abort: AbortSignal },
): Promise<void> {
  const { key, logicalId } = item;
  const assignment = await ports.store.read((tx): Assignment | undefined => {
    const stack = stacks.get(tx, [key.accountId, key.region, key.id]);
    const resource = resources.get(tx, [key.id, logicalId]);
    return stack && resource?.work?.id === item.workId
      ? { stack, work: resource.work, live: resource.live, logicalId, ...run }
      : undefined;
  });
  const event = assignment && (await outcome(ports, key, assignment));
  if (event === undefined) {
    return;
  }
  await ports.store.write((tx) => {
    const state = loadState(tx, key);
    if (state?.resources.get(logicalId)?.work?.id === item.workId) {
      transact(tx, state, event);
    }
  });
}

/** `undefined` when the engine stopped before the outcome was known, or when it is awaited. */
async function outcome(
  ports: EnginePorts,
  key: StackKey,
  assignment: Assignment,
): Promise<StackEvent | undefined> {
  const workId = assignment.work.id;
  try {
    const { work } = assignment;
    return isCustomType(work.kind === "delete" ? work.instance.type : work.draft.type)
      ? await ask(ports, key, assignment)
      : await execute(ports, assignment);
  } catch (error) {
    if (assignment.abort.aborted) {
      return undefined;
    }
    if (!(error instanceof AwsError) && !(error instanceof PropertyError)) {
      ports.log.write("error", "a resource could not be deployed", {
        logicalId: assignment.logicalId,
        stack: error instanceof Error ? error.stack : String(error),
      });
    }
    return { kind: "failed", workId, reason: reasonOf(error, ports.random.uuid()) };
  }
}

/** A custom resource is its provider's work: what is done here is to ask for it. */
async function ask(
  ports: EnginePorts,
  key: StackKey,
  { stack, work, live, logicalId, abort }: Assignment,
): Promise<StackEvent | undefined> {
  const { accountId, region } = stack;
  const { dispatcher } = ports;
  const caller = { accountId, region, abort };
  const { properties: given } = work.kind === "delete" ? work.instance : work.draft;
  const physicalId = work.kind === "delete" ? work.instance.physicalId : live?.physicalId;
  if (work.kind === "update" && given["ServiceToken"] !== live?.properties["ServiceToken"]) {
    throw new PropertyError("Modifying service token is not allowed.");
  }
  const resolve = work.kind === "delete" ? formerProperties : resolvedProperties;
  const properties = await resolve(dispatcher, caller, given);
  const before =
    work.kind === "update"
      ? await formerProperties(dispatcher, caller, work.before.properties)
      : undefined;
  return ports.store.write((tx) => {
    const state = loadState(tx, key);
    return state?.resources.get(logicalId)?.work?.id === work.id
      ? askProvider(tx, state, { logicalId, work, physicalId, properties, before }, ports)
      : undefined;
  });
}

async function execute(ports: EnginePorts, assignment: Assignment): Promise<StackEvent> {
  const { stack, work } = assignment;
  const workId = work.id;
  const caller: Caller = {
    accountId: stack.accountId,
    region: stack.region,
    abort: assignment.abort,
  };
  const { dispatcher } = ports;
  const subject = work.kind === "delete" ? work.instance : work.draft;
  const type = typeOf(subject);
  const ctx = contextOf(ports, assignment, { caller, subject });
  const resolve = work.kind === "delete" ? formerProperties : resolvedProperties;
  const properties = await resolve(dispatcher, caller, subject.properties);
  switch (work.kind) {
    case "probe":
      type.check(properties);
      return { kind: "probed", workId, taken: await type.exists(ctx, properties) };
    case "create":
      return { kind: "done", workId, ...(await create(ports, type, ctx, properties)) };
    case "update": {
      const before = await formerProperties(dispatcher, caller, work.before.properties);
      assert(assignment.live !== undefined, "an update has something to change");
      const live = await type.update(ctx, assignment.live, properties, before);
      return { kind: "done", workId, ...live };
    }
    case "delete":
      await type.delete(ctx, work.instance, properties);
      return { kind: "done", workId, physicalId: "", attributes: {} };
  }
}

/** A creation that fails after it had made something takes that away again. */
async function create(
  ports: EnginePorts,
  type: ResourceType,
  ctx: ResourceContext,
  properties: ValueObject,
): Promise<LiveResource> {
  let hasMade = ctx.resumed;
  const callByName: Dispatcher["callByName"] = async (caller, service, operation, input) => {
    const answer = await ctx.dispatcher.callByName(caller, service, operation, input);
    hasMade ||= !/^(Describe|Get|Head|List)/.test(operation);
    return answer;
  };
  const dispatcher = { callByName, call: callByName as Dispatcher["call"] };
  try {
    return await type.create({ ...ctx, dispatcher }, properties);
  } catch (error) {
    if (hasMade && !ctx.abort.aborted) {
      await type.discard(ctx, properties).catch((problem: unknown) => {
        ports.log.write("warn", "what a failed creation left could not be removed", {
          name: ctx.name,
          error: String(problem),
        });
      });
    }
    throw error;
  }
}

function typeOf(subject: Draft | Instance): ResourceType {
  const type = resourceTypeOf(subject.type);
  if (type === undefined) {
    throw new PropertyError(`Millrace does not support resource type ${subject.type}`);
  }
  return type;
}

function contextOf(
  ports: EnginePorts,
  assignment: Assignment,
  about: { readonly caller: Caller; readonly subject: Draft | Instance },
): ResourceContext {
  const { stack, work, logicalId, resumed, abort } = assignment;
  return {
    caller: about.caller,
    dispatcher: ports.dispatcher,
    clock: ports.clock,
    abort,
    stackId: stack.id,
    stackName: stack.name,
    logicalId,
    name: about.subject.name,
    resumed,
    stackTags: about.subject.stackTags,
    updatePolicy: about.subject.updatePolicy,
    stackTagsBefore: work.kind === "update" ? work.before.stackTags : about.subject.stackTags,
  };
}

/** Source: the reasons that AWS's resource handlers put into stack events. */
function reasonOf(error: unknown, token: string): string {
  if (error instanceof PropertyError) {
    return error.message;
  }
  const [message, code] =
    error instanceof AwsError
      ? [error.message, handlerCode(error)]
      : [`Millrace failed: ${String(error)}`, "InternalFailure"];
  return `Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${code})`;
}

function handlerCode(error: AwsError): string {
  if (error.status === 501) {
    return "UnsupportedOperation";
  }
  if (error.status === 404 || /NotFound|NonExistent|DoesNotExist|NoSuch/.test(error.code)) {
    return "NotFound";
  }
  if (/AlreadyExist|InUse|Conflict/.test(error.code)) {
    return "AlreadyExists";
  }
  if (/AccessDenied/.test(error.code)) {
    return "AccessDenied";
  }
  return error.fault === "server" ? "ServiceInternalError" : "InvalidRequest";
}
