/**
 * What a put of an event costs on a bus with few rules and with many, where it matches one of them.
 *
 * The service runs in this process over a store in memory: the figure is that of matching and
 * delivering, which a disk would only hide.
 */
import type { Sink } from "../src/outbox/sink.ts";
import { createSystemClock } from "../src/platform/clock.ts";
import { createHttpClient } from "../src/platform/http-client.ts";
import { createMemoryLog } from "../src/platform/log.ts";
import { createSeededRandom } from "../src/platform/random.ts";
import { createEvents } from "../src/services/events/service.ts";
import type { RequestContext } from "../src/services/service.ts";
import { createMemoryStore } from "../src/store/memory/memory-store.ts";

/** A pattern for each rule, and details of an event that only rule number `rule` matches. */
interface RuleKind {
  readonly name: string;
  readonly pattern: (rule: number) => object;
  readonly detail: (rule: number) => object;
}

const KINDS: readonly RuleKind[] = [
  {
    name: "exact",
    pattern: (rule) => ({ source: ["app"], detail: { id: [`v${rule}`] } }),
    detail: (rule) => ({ id: `v${rule}` }),
  },
  {
    name: "prefix",
    pattern: (rule) => ({ detail: { id: [{ prefix: `v${rule}-` }] } }),
    detail: (rule) => ({ id: `v${rule}-x` }),
  },
  {
    name: "numeric range",
    pattern: (rule) => ({ detail: { id: [{ numeric: [">=", rule, "<", rule + 1] }] } }),
    detail: (rule) => ({ id: rule + 0.5 }),
  },
  {
    name: "wildcard",
    pattern: (rule) => ({ detail: { id: [{ wildcard: `*-${rule}-*` }] } }),
    detail: (rule) => ({ id: `a-${rule}-b` }),
  },
  {
    name: "cidr",
    pattern: (rule) => ({
      detail: { id: [{ cidr: `10.${rule >> 12}.${(rule >> 4) & 255}.${(rule & 15) * 16}/28` }] },
    }),
    detail: (rule) => ({ id: `10.${rule >> 12}.${(rule >> 4) & 255}.${(rule & 15) * 16 + 3}` }),
  },
  {
    name: "anything-but",
    pattern: (rule) => ({
      detail: { id: [{ "anything-but": rule === 7 ? ["y"] : ["x", `v${rule}`] }] },
    }),
    detail: () => ({ id: "x" }),
  },
  {
    name: "exists",
    pattern: (rule) => ({ detail: { [`f${rule}`]: [{ exists: true }] } }),
    detail: (rule) => ({ [`f${rule}`]: 1 }),
  },
];

const FEW = 10;
const MANY = 100_000;
const PUTS = 3_000;
const WARM_UP_PUTS = 500;
/** The rule that matches; there with few rules and with many. */
const RULE = 7;

export interface RuleTimes {
  readonly fewUs: number;
  readonly manyUs: number;
  readonly ratio: number;
  /** For one rule among the many, in microseconds. */
  readonly putRuleUs: number;
}

export async function measureRules(): Promise<ReadonlyMap<string, RuleTimes>> {
  const times = new Map<string, RuleTimes>();
  for (const kind of KINDS) {
    const few = await timed(kind, FEW);
    const many = await timed(kind, MANY);
    times.set(kind.name, {
      fewUs: few.putUs,
      manyUs: many.putUs,
      ratio: many.putUs / few.putUs,
      putRuleUs: many.putRuleUs,
    });
  }
  return times;
}

async function timed(
  kind: RuleKind,
  rules: number,
): Promise<{ readonly putUs: number; readonly putRuleUs: number }> {
  const clock = createSystemClock();
  const random = createSeededRandom(1);
  const store = createMemoryStore({ clock, random });
  let delivered = 0;
  const sink: Sink = {
    accept() {
      delivered += 1;
      return { accepted: true };
    },
  };
  const events = createEvents({
    store,
    clock,
    random,
    log: createMemoryLog(),
    sinks: { sqs: sink },
    http: createHttpClient({ clock }),
  });
  const call = (operation: string, input: unknown): Promise<unknown> =>
    events.operations[operation]?.(REQUEST, input) ?? Promise.reject(new Error(operation));
  const started = performance.now();
  for (let rule = 0; rule < rules; rule += 1) {
    const EventPattern = JSON.stringify(kind.pattern(rule));
    await call("PutRule", { Name: `r${rule}`, EventPattern });
  }
  const putRuleUs = ((performance.now() - started) * 1000) / rules;
  await call("PutTargets", { Rule: `r${RULE}`, Targets: [{ Id: "1", Arn: QUEUE }] });
  const Detail = JSON.stringify(kind.detail(RULE));
  const entry = { Source: "app", DetailType: "order", Detail };
  const put = (): Promise<unknown> => call("PutEvents", { Entries: [entry] });
  for (let index = 0; index < WARM_UP_PUTS; index += 1) {
    await put();
  }
  const before = performance.now();
  for (let index = 0; index < PUTS; index += 1) {
    await put();
  }
  const putUs = ((performance.now() - before) * 1000) / PUTS;
  if (delivered !== WARM_UP_PUTS + PUTS) {
    throw new Error(`${kind.name}: ${delivered} deliveries`);
  }
  return { putUs, putRuleUs };
}

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue";

const REQUEST: RequestContext = {
  accountId: "000000000000",
  region: "us-east-1",
  requestId: "bench",
  nowMs: 0,
  endpoint: "http://localhost:4566",
  abort: new AbortController().signal,
  trace: undefined,
  accessKeyId: undefined,
};
