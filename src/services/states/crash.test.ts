/**
 * Random machines under random crashes. A crash comes right after a commit: what was not committed
 * is lost, whoever waits for an answer gets none, and another engine goes on from the store.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { createOutboxWorker } from "../../delivery/outbox-worker.ts";
import type { Json } from "../../languages/asl/data/scope.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createJournal } from "../../outbox/journal.ts";
import { createMemoryLog } from "../../platform/log.ts";
import type { Store } from "../../store/store.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import type { Output } from "../../wire/operations.ts";
import { createStates } from "./service.ts";

const FN = "arn:aws:lambda:us-east-1:000000000000:function:f";
const unused = () => Promise.reject(new Error("no machine here has HTTP tasks"));
const NO_HTTP = {
  endpoints: { toDestination: unused, throughConnection: unused },
  apis: { call: unused },
  countMetrics: () => undefined,
};
const TURNS = 12;
const ROUNDS_MAX = 400;

/** A store that dies right after its commit with that number. */
function mortal(store: Store, deathAt: number): Store & { isDead(): boolean } {
  let commits = 0;
  let dead = false;
  const never = new Promise<never>(() => {});
  return {
    ...store,
    isDead: () => dead,
    async read(body) {
      const value = await (dead ? never : store.read(body));
      return dead ? never : value;
    },
    async write(body) {
      const value = await (dead ? never : store.write(body));
      commits += 1;
      dead ||= commits >= deathAt;
      return dead ? never : value;
    },
  };
}

/** A function whose answer depends on nothing but what it is asked: it may be asked twice. */
function answerOf(text: string): { readonly FunctionError?: string; readonly payload: Json } {
  const hash = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_009, 7);
  return hash % 3 === 0
    ? { FunctionError: "Unhandled", payload: { errorType: `E${hash % 2}`, errorMessage: "no" } }
    : { payload: { got: hash } };
}

const functions = {
  async callByName(_: unknown, service: string, operation: string, input: unknown) {
    if (service !== "lambda" || operation !== "Invoke") {
      throw new Error(`${service}:${operation} is not scripted`);
    }
    const { FunctionError, payload } = answerOf(
      utf8Decode((input as { Payload: Uint8Array }).Payload),
    );
    return {
      StatusCode: 200,
      Payload: utf8Encode(JSON.stringify(payload)),
      ...(FunctionError !== undefined && { FunctionError }),
    };
  },
};
const dispatcher = { ...functions, call: functions.callByName } as unknown as Dispatcher;

type Outcome = Output<"states", "DescribeExecution">;
type Events = Output<"states", "GetExecutionHistory">["events"];

/** Runs one execution to its end; `lives` says how many commits each engine lives. */
async function run(
  definition: Json,
  lives: readonly number[],
): Promise<{ readonly outcome: Outcome; readonly events: Events; readonly crashes: number }> {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const engine = (deathAt: number) => {
    const own = mortal(store, deathAt);
    const core = { store: own, clock, random, log };
    const catalog = { supports: () => true };
    const made = createStates({ ...core, dispatcher, catalog, ...NO_HTTP });
    const worker = createOutboxWorker({ ...core, journal: createJournal(), kinds: made.jobs });
    return { own, worker, call: serviceCaller<"states">(made.service, clock) };
  };
  const first = engine(Number.POSITIVE_INFINITY);
  const { stateMachineArn } = await first.call("CreateStateMachine", {
    name: "m",
    definition: JSON.stringify(definition),
    roleArn: "arn:aws:iam::000000000000:role/r",
  });
  const start = { stateMachineArn, name: "e", input: '{"items":[1,2,3]}' };
  const { executionArn } = await first.call("StartExecution", start);
  let crashes = 0;
  let current = engine(lives[0] ?? Number.POSITIVE_INFINITY);
  current.worker.start();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (current.own.isDead()) {
      crashes += 1;
      current = engine(lives[crashes] ?? Number.POSITIVE_INFINITY);
      current.worker.start();
      continue;
    }
    const outcome = await first.call("DescribeExecution", { executionArn });
    if (outcome.status !== "RUNNING") {
      await current.worker.stop();
      const { events } = await first.call("GetExecutionHistory", {
        executionArn,
        maxResults: 1_000,
      });
      return { outcome, events, crashes };
    }
    await clock.advance(1_000);
  }
  throw new Error(`the execution does not end: ${JSON.stringify(definition)}`);
}

type Kind = "pass" | "wait" | "task" | "guarded" | "choice" | "parallel" | "map";
interface Plan {
  readonly kind: Kind;
  readonly seconds: number;
  readonly inner: readonly (readonly Plan[])[];
}

const SEQUENTIAL: readonly Kind[] = ["pass", "wait", "task", "guarded", "choice"];
/** What cannot fail: which of two branches fails first would be chance. */
const SURE: readonly Kind[] = ["pass", "wait", "guarded", "choice"];

function plans(kinds: readonly Kind[], depth: number): fc.Arbitrary<readonly Plan[]> {
  const here = depth > 0 ? kinds : kinds.filter((kind) => kind !== "parallel" && kind !== "map");
  const plan = fc.record({
    kind: fc.constantFrom(...here),
    seconds: fc.integer({ min: 1, max: 3 }),
    inner:
      depth > 0
        ? fc.array(plans(kinds, depth - 1), { minLength: 2, maxLength: 2 })
        : fc.constant([]),
  });
  return fc.array(plan, { minLength: 1, maxLength: depth > 0 ? 4 : 2 });
}

function machineOf(list: readonly Plan[], name: string): { StartAt: string; States: object } {
  const States: Record<string, Json> = {};
  list.forEach((plan, index) => {
    const own = `${name}${index}`;
    const next = index === list.length - 1 ? { End: true } : { Next: `${name}${index + 1}` };
    Object.assign(States, statesOf(plan, own, next));
  });
  return { StartAt: `${name}0`, States };
}

function statesOf(plan: Plan, own: string, next: object): object {
  const { seconds, inner } = plan;
  const branches = inner.map((branch, index) => machineOf(branch, `${own}_${index}_`));
  switch (plan.kind) {
    case "pass":
      return { [own]: { Type: "Pass", Result: own, ResultPath: "$.last", ...next } };
    case "wait":
      return { [own]: { Type: "Wait", Seconds: seconds, ...next } };
    case "choice":
      return {
        [own]: {
          Type: "Choice",
          Choices: [{ Variable: "$.last", IsPresent: true, Next: `${own}a` }],
          Default: `${own}b`,
        },
        [`${own}a`]: { Type: "Pass", Result: 1, ResultPath: "$.a", ...next },
        [`${own}b`]: { Type: "Pass", Result: 2, ResultPath: "$.last", ...next },
      };
    case "parallel":
      return { [own]: { Type: "Parallel", Branches: branches, ResultPath: "$.both", ...next } };
    case "map":
      return {
        [own]: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: branches[0],
          ItemSelector: { "n.$": "$$.Map.Item.Value" },
          MaxConcurrency: 2,
          ResultPath: "$.each",
          ...next,
        },
      };
    default:
      return taskStates(plan, own, next);
  }
}

function taskStates({ kind, seconds }: Plan, own: string, next: object): object {
  const retry = {
    IntervalSeconds: seconds,
    BackoffRate: 2,
    MaxAttempts: 2,
    JitterStrategy: "NONE",
  };
  return {
    [own]: {
      Type: "Task",
      Resource: FN,
      Parameters: { name: own, "tries.$": "$$.State.RetryCount" },
      ResultPath: `$.${own}`,
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ["E0"], ...retry }],
      ...(kind === "guarded" && {
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: `${own}c` }],
      }),
      ...next,
    },
    ...(kind === "guarded" && { [`${own}c`]: { Type: "Pass", ...next } }),
  };
}

const lives = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 25 });

/** What an event says, apart from its place in the order of all. */
function content(events: Events): readonly string[] {
  return events.map(({ id: _, previousEventId: __, ...rest }) => JSON.stringify(rest)).sort();
}

describe("crashes", () => {
  test("a sequential execution ends the same, with the same history to the last event", async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(plans(SEQUENTIAL, 1), lives, async (list, commits) => {
        const machine = machineOf(list, "S") as unknown as Json;
        const calm = await run(machine, []);
        const rough = await run(machine, commits);
        crashes += rough.crashes;
        expect(rough.outcome).toEqual(calm.outcome);
        expect(rough.events).toEqual(calm.events);
      }),
      { numRuns: 40 },
    );
    expect(crashes).toBeGreaterThan(10);
  });

  test("one with branches and items ends the same, with the same events", async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(plans([...SURE, "parallel", "map"], 1), lives, async (list, commits) => {
        const machine = machineOf(list, "S") as unknown as Json;
        const calm = await run(machine, []);
        const rough = await run(machine, commits);
        crashes += rough.crashes;
        expect(rough.outcome).toEqual(calm.outcome);
        expect(content(rough.events)).toEqual(content(calm.events));
      }),
      { numRuns: 25 },
    );
    expect(crashes).toBeGreaterThan(10);
  });
});
