/**
 * Regular expressions that come from a user's definition: matching one never stalls the engine.
 *
 * V8 matches by backtracking, which can take exponential time. Where the expression and the length of the text bound
 * the work, it runs directly; anything else runs in a context of its own that V8 interrupts.
 */
import vm from "node:vm";
import { EvaluationError, SyntaxProblem } from "./path-error.ts";

/** Backtracking steps, in the worst case, that are harmless: some tens of milliseconds. */
const DIRECT_STEPS_MAX = 5_000_000;
const NS_PER_MS = 1e6;
/** Of one match outside a budget. */
const MATCH_MS_MAX = 250;

/** Time that matches which have to be watched may still take; shared by the matches of one evaluation. */
export interface MatchBudget {
  leftMs: number;
}

/** Matches that were watched so far: an evaluation that made one should give way to other work. */
const watched: { count: number; context?: vm.Context } = { count: 0 };

export function watchedMatches(): number {
  return watched.count;
}

const PATTERN_CHARACTERS_MAX = 4096;
/** Escapes and classes hold no operators. */
const ATOMS = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g;
const EXACT_REPEATS = /\{\d+\}/g;
const REPEATS = /[*+]|\{\d+,\d*\}/g;
/** A group with no group inside: its opening, its content, and how it is repeated. */
const INNERMOST_GROUP = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?([^()]*)\)([*+]|\{\d+(?:,\d*)?\})?/;
/** What makes a repeated group ambiguous: the work may be exponential. */
const AMBIGUOUS = /[*+?{|]/;
const BACK_REFERENCE = /\\(?:[1-9]|k<)/;

/** As `RegExp`, with a bound on the time of a match. */
export class SafePattern extends RegExp {
  readonly #exponent: number;
  /** Each optional part doubles the work. */
  readonly #choices: number;

  constructor(pattern: string | RegExp, flags?: string) {
    super(pattern, flags);
    this.#exponent = worstCaseExponent(this.source);
    this.#choices = 2 ** (this.source.split("?").length - 1);
  }

  /** @throws EvaluationError when the match takes too long. */
  override exec(text: string): RegExpExecArray | null {
    return this.execWithin(text, { leftMs: MATCH_MS_MAX });
  }

  /** The same, at the expense of `budget`. */
  execWithin(text: string, budget: MatchBudget): RegExpExecArray | null {
    const steps = this.#choices * (text.length + 1) ** this.#exponent;
    return steps <= DIRECT_STEPS_MAX ? this.#direct(text) : this.#watched(text, budget);
  }

  #direct(text: string): RegExpExecArray | null {
    try {
      return super.exec(text);
    } catch {
      // V8 compiles at the first match, and refuses what becomes too large.
      throw new EvaluationError("A regular expression is too large.");
    }
  }

  #watched(text: string, budget: MatchBudget): RegExpExecArray | null {
    watched.count += 1;
    const { source, flags, lastIndex } = this;
    const found = runWithin({ source, flags, lastIndex, text }, budget);
    this.lastIndex = found.lastIndex;
    if (found.match === null) {
      return null;
    }
    const groups = found.groups === undefined ? undefined : { ...found.groups };
    const match = Object.assign([...found.match], { index: found.index, input: text, groups });
    return match as unknown as RegExpExecArray;
  }
}

interface Found {
  readonly match: readonly string[] | null;
  readonly lastIndex: number;
  readonly index: number;
  readonly groups: Record<string, string> | undefined;
}

const MATCH = `(() => {
  const pattern = new RegExp(source, flags);
  pattern.lastIndex = lastIndex;
  const match = pattern.exec(text);
  return {
    match,
    lastIndex: pattern.lastIndex,
    index: match?.index ?? 0,
    groups: match?.groups,
  };
})()`;

/**
 * Reads the processor's clock, which a language otherwise never does: as with V8's own time-out, the outcome of an
 * evaluation does not depend on it, unless that it fails.
 */
function runWithin(match: object, budget: MatchBudget): Found {
  watched.context ??= vm.createContext(Object.create(null));
  const context = Object.assign(watched.context, match);
  const start = process.hrtime.bigint();
  try {
    if (budget.leftMs > 0) {
      return vm.runInContext(MATCH, context, { timeout: Math.ceil(budget.leftMs) }) as Found;
    }
  } catch {
    // The time ran out; the text and the pattern are plain, so that nothing else can go wrong.
  } finally {
    budget.leftMs -= Number(process.hrtime.bigint() - start) / NS_PER_MS;
  }
  throw new EvaluationError("A regular expression took too long to match.");
}

/** `n` such that matching a text of length `l` takes about `l ** n` steps at worst; infinite where unknown. */
function worstCaseExponent(source: string): number {
  let rest = source.replace(ATOMS, "a").replace(EXACT_REPEATS, "{1}");
  for (let group = INNERMOST_GROUP.exec(rest); group !== null; group = INNERMOST_GROUP.exec(rest)) {
    const [whole, content = "", repeat] = group;
    if (repeat !== undefined && AMBIGUOUS.test(content.replaceAll("{1}", ""))) {
      return Number.POSITIVE_INFINITY;
    }
    const flat = repeat === undefined ? content.replaceAll("|", "") : `a${repeat}`;
    rest = rest.slice(0, group.index) + flat + rest.slice(group.index + whole.length);
  }
  return BACK_REFERENCE.test(source)
    ? Number.POSITIVE_INFINITY
    : (rest.match(REPEATS)?.length ?? 0) + 1;
}

/** For JSONPath, whose flags are Java's. @throws SyntaxProblem */
export function compileSafePattern(body: string, javaFlags: string): SafePattern {
  if (body.length > PATTERN_CHARACTERS_MAX) {
    throw new SyntaxProblem("Regular expression is too long");
  }
  const flags = [...new Set(javaFlags)].filter((flag) => "ims".includes(flag)).join("");
  try {
    return new SafePattern(`^(?:${body})$`, flags);
  } catch {
    throw new SyntaxProblem(`Regular expression /${body}/${javaFlags} is not valid`);
  }
}
