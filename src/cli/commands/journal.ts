/** `millrace journal`: what caused what, from the running engine. */
import { type Clock, createSystemClock } from "../../platform/clock.ts";
import { callEngine, runningEngine } from "../engine.ts";
import type { Terminal } from "../terminal.ts";

export interface JournalOptions {
  readonly follow?: boolean;
  /** The root of a trace. */
  readonly trace?: string;
  readonly limit: number;
}

/** A line of `GET /_millrace/journal`. */
interface PrintedHop {
  readonly number: number;
  readonly atMs: number;
  readonly kind: string;
  readonly source?: string;
  readonly target: string;
  readonly outcome: string;
  readonly durationMs?: number;
}

const POLL_MS = 500;
const KIND_WIDTH = 10;

export async function journal(terminal: Terminal, options: JournalOptions): Promise<number> {
  const endpoint = await runningEngine();
  const first = await read(endpoint, options, 0);
  print(terminal, first);
  if (options.follow === true) {
    return follow(terminal, { endpoint, options, clock: createSystemClock() }, first);
  }
  if (first.length === 0) {
    terminal.say("Nothing has happened since the engine started, or nothing of that trace.");
  }
  return 0;
}

async function follow(
  terminal: Terminal,
  from: { readonly endpoint: string; readonly options: JournalOptions; readonly clock: Clock },
  seen: readonly PrintedHop[],
): Promise<never> {
  const { endpoint, options, clock } = from;
  let after = seen.at(-1)?.number ?? 0;
  for (;;) {
    await clock.sleepUntil(clock.nowMs() + POLL_MS);
    const hops = await read(endpoint, options, after);
    print(terminal, hops);
    after = hops.at(-1)?.number ?? after;
  }
}

async function read(
  endpoint: string,
  { trace, limit }: JournalOptions,
  after: number,
): Promise<readonly PrintedHop[]> {
  const query = new URLSearchParams({ limit: String(limit), after: String(after) });
  if (trace !== undefined) {
    query.set("root", trace);
  }
  return (await callEngine(endpoint, "GET", `/journal?${query}`)) as readonly PrintedHop[];
}

function print(terminal: Terminal, hops: readonly PrintedHop[]): void {
  for (const hop of hops) {
    terminal.data(hop, lineOf(hop));
  }
}

/** `12:01:07.123  delivery   arn:...:orders -> arn:...:mails  ok` */
function lineOf({ atMs, kind, source, target, outcome, durationMs }: PrintedHop): string {
  const time = new Date(atMs).toISOString().slice(11, 23);
  const what = source === undefined ? target : `${source} -> ${target}`;
  const took = durationMs === undefined ? "" : `  ${Math.round(durationMs)} ms`;
  return `${time}  ${kind.padEnd(KIND_WIDTH)}  ${what}  ${outcome}${took}`;
}
