/**
 * The functions that Step Functions adds to JSONata, and those it takes away.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 *
 * Some of the library's own are replaced: those that read a clock or draw lots, and those whose work has no bound.
 */
import { createHash } from "node:crypto";
import type jsonata from "jsonata";
import { canonical } from "./canonical.ts";
import { HASH_ALGORITHMS } from "./intrinsic-texts.ts";
import { compileJsonata } from "./jsonata-library.ts";
import {
  type EvaluationState,
  ITEMS_MAX,
  memoryExceeded,
  STATE_NAME,
  TEXT_CHARACTERS_MAX,
} from "./jsonata-state.ts";
import type { Chance, Json } from "./scope.ts";
import { SeededRandom } from "./seeded-random.ts";

/** What the library binds as `this`. */
interface Focus {
  readonly environment: { readonly timestamp: Date; lookup(name: string): unknown };
}

interface Native {
  readonly implementation: (this: Focus, ...given: readonly unknown[]) => unknown;
}

export function registerFunctions(expression: jsonata.Expression): void {
  // AWS leaves $eval out, so that calling it is calling nothing.
  expression.assign("eval", undefined);
  for (const [name, { run, signature }] of Object.entries(FUNCTIONS)) {
    expression.registerFunction(name, run as () => unknown, signature);
  }
}

type Run = (this: Focus, ...given: never[]) => unknown;

const FUNCTIONS: Readonly<Record<string, { readonly run: Run; readonly signature: string }>> = {
  partition: { run: partition, signature: "<an:a<a>>" },
  range: { run: range, signature: "<nnn:a<n>>" },
  hash: { run: hash, signature: "<ss?:s>" },
  uuid: { run: uuid, signature: "<:s>" },
  random: { run: random, signature: "<n?:n>" },
  parse: { run: parse, signature: "<s-:x>" },
  now: { run: now, signature: "<s?s?:s>" },
  millis: { run: millis, signature: "<:n>" },
  toMillis: { run: toMillis, signature: "<s-s?:n>" },
  shuffle: { run: shuffle, signature: "<a:a>" },
  distinct: { run: distinct, signature: "<x:x>" },
  pad: { run: pad, signature: "<s-ns?:s>" },
  join: { run: join, signature: "<a<s>s?:s>" },
};

/** A failure with one of the library's codes, which AWS puts into the cause. */
function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function chanceOf({ environment }: Focus): Chance {
  return (environment.lookup(STATE_NAME) as EvaluationState).chance;
}

function partition(items: readonly Json[] | undefined, size: number): Json | undefined {
  if (items === undefined) {
    return undefined;
  }
  const length = Math.trunc(size);
  if (!(length >= 1)) {
    throw failure("T0410", 'Argument 2 of function "partition" does not match function signature');
  }
  return Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );
}

/** AWS rounds towards zero: https://github.com/floci-io/floci/pull/2676 */
function range(...given: readonly [number, number, number]): Json {
  const [first, last, step] = given.map(Math.trunc) as [number, number, number];
  if (step === 0) {
    throw failure("T0410", 'Argument 3 of function "range" does not match function signature');
  }
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (!(count <= ITEMS_MAX)) {
    throw memoryExceeded();
  }
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function hash(text: string | undefined, algorithm: string = "SHA-1"): string | undefined {
  const known = HASH_ALGORITHMS[algorithm];
  if (known === undefined) {
    throw failure("T0410", 'Argument 2 of function "hash" does not match function signature');
  }
  return text === undefined ? undefined : createHash(known).update(text, "utf8").digest("hex");
}

function uuid(this: Focus): string {
  return chanceOf(this).uuid();
}

function random(this: Focus, seed: number | undefined): number {
  return seed === undefined ? chanceOf(this).random() : new SeededRandom(seed).next();
}

function parse(text: string | undefined): Json | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw failure("D3137", `Malformed JSON passed to $parse(): ${JSON.stringify(text)}`);
  }
}

function now(this: Focus, picture?: string, timezone?: string): unknown {
  const { implementation } = this.environment.lookup("fromMillis") as Native;
  return implementation.call(this, chanceOf(this).nowMs, picture, timezone);
}

function millis(this: Focus): number {
  return chanceOf(this).nowMs;
}

/** Ways to share a text out among the parts of a picture that a match may try. */
const PICTURE_WAYS_MAX = 1_000_000;
const ADJACENT_PARTS = /(?:\[[^\]]*\])+/g;
const WORDS = /\[[^\]]*[wWo][^\]]*\]/;

/** The library makes a regular expression of the picture, and fills missing parts from its own clock. */
async function toMillis(this: Focus, text?: string, picture?: string): Promise<unknown> {
  if (text === undefined) {
    return undefined;
  }
  const runs = WORDS.test(picture ?? "") ? [picture ?? ""] : (picture?.match(ADJACENT_PARTS) ?? []);
  const parts = Math.max(0, ...runs.map((run) => run.split("[").length - 1));
  if (combinations(text.length, parts) > PICTURE_WAYS_MAX) {
    throw new Error("Expression evaluation timeout: The date/time picture string is too ambiguous");
  }
  const timestamp = new Date(chanceOf(this).nowMs);
  const focus = { ...this, environment: { ...this.environment, timestamp } };
  const { implementation }: Native = await compileJsonata("$toMillis").evaluate(undefined);
  return implementation.call(focus, text, picture);
}

function combinations(from: number, count: number): number {
  let ways = 1;
  for (let taken = 0; taken < Math.min(count, from - count); taken += 1) {
    ways = (ways * (from - taken)) / (taken + 1);
  }
  return ways;
}

function shuffle(this: Focus, items: readonly Json[] | undefined): Json | undefined {
  if (items === undefined) {
    return undefined;
  }
  const chance = chanceOf(this);
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? null, shuffled[last] ?? null];
  }
  return shuffled;
}

/** The library's takes time by the square of the number of elements. */
function distinct(items: Json | undefined): Json | undefined {
  if (!Array.isArray(items) || items.length <= 1) {
    return items;
  }
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = canonical(item);
    return seen.size < seen.add(text).size;
  });
}

function pad(text: string | undefined, width: number, filling?: string): string | undefined {
  if (Math.abs(width) > TEXT_CHARACTERS_MAX) {
    throw memoryExceeded();
  }
  if (text === undefined) {
    return undefined;
  }
  const missing = Math.abs(width) - [...text].length;
  if (missing <= 0) {
    return text;
  }
  const unit = [...(filling === undefined || filling === "" ? " " : filling)];
  const repeats = Math.ceil(missing / unit.length);
  const padding = [...unit.join("").repeat(repeats)].slice(0, missing).join("");
  return width < 0 ? padding + text : text + padding;
}

function join(texts: readonly string[] | undefined, separator: string = ""): string | undefined {
  if (texts === undefined) {
    return undefined;
  }
  const length = texts.reduce((total, text) => total + text.length + separator.length, 0);
  if (length - separator.length > TEXT_CHARACTERS_MAX) {
    throw memoryExceeded();
  }
  return texts.join(separator);
}
