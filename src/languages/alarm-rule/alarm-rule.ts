/**
 * The rules of composite alarms: `ALARM(cpu) AND (OK("disk") OR NOT INSUFFICIENT_DATA(net))`.
 *
 * From the weakest: OR, AND, NOT. Alarms are named by name or ARN, in quotes where the name has
 * spaces or parentheses.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */

export type AlarmStateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export type AlarmRule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly state: AlarmStateValue; readonly alarm: string }
  | { readonly kind: "not"; readonly operand: AlarmRule }
  | { readonly kind: "and" | "or"; readonly operands: readonly AlarmRule[] }
  | {
      readonly kind: "at-least";
      /** How many, or which share in percent, have to be in the state. */
      readonly count: number;
      readonly isShare: boolean;
      readonly isNegated: boolean;
      readonly state: AlarmStateValue;
      readonly alarms: readonly string[];
    };

export type ParsedAlarmRule =
  | { readonly rule: AlarmRule; readonly reason?: undefined }
  | { readonly rule?: undefined; readonly reason: string };

class AlarmRuleError extends Error {}

const STATES: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const TOKEN = /\s*(?:"([^"]*)"|([(),])|([^\s(),"]+))/y;
const DEPTH_MAX = 100;

/** A rule, or why the text is none. */
export function parseAlarmRule(text: string): ParsedAlarmRule {
  try {
    return { rule: new Parser(tokensOf(text)).whole() };
  } catch (error) {
    if (error instanceof AlarmRuleError) {
      return { reason: error.message };
    }
    throw error;
  }
}

/** `stateOf` knows the state of an alarm by its name or ARN. */
export function holds(
  rule: AlarmRule,
  stateOf: (alarm: string) => AlarmStateValue | undefined,
): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !holds(rule.operand, stateOf);
    case "and":
      return rule.operands.every((operand) => holds(operand, stateOf));
    case "or":
      return rule.operands.some((operand) => holds(operand, stateOf));
    default: {
      const { alarms, state, isNegated, isShare, count } = rule;
      const found = alarms.filter((alarm) => (stateOf(alarm) === state) !== isNegated).length;
      return (isShare ? (100 * found) / alarms.length : found) >= count;
    }
  }
}

/** Every alarm of a rule once, as the rule names it. */
export function alarmsOf(rule: AlarmRule): ReadonlySet<string> {
  switch (rule.kind) {
    case "constant":
      return new Set();
    case "state":
      return new Set([rule.alarm]);
    case "not":
      return alarmsOf(rule.operand);
    case "at-least":
      return new Set(rule.alarms);
    default:
      return new Set(rule.operands.flatMap((operand) => [...alarmsOf(operand)]));
  }
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (found === null) {
      throw new AlarmRuleError("AlarmRule has a quote that does not end");
    }
    const [, quoted, sign, word] = found;
    tokens.push({ text: quoted ?? sign ?? word ?? "", isQuoted: quoted !== undefined });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): AlarmRule {
    const rule = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) {
      throw new AlarmRuleError(`AlarmRule has an unexpected ${rest.text}`);
    }
    return rule;
  }

  #take(text: string): boolean {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.isQuoted || next.text !== text) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) {
      throw new AlarmRuleError(`AlarmRule lacks a ${text}`);
    }
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined || (!token.isQuoted && /^[(),]$/.test(token.text))) {
      throw new AlarmRuleError(
        token === undefined
          ? "AlarmRule ends too early"
          : `AlarmRule has an unexpected ${token.text}`,
      );
    }
    return token.text;
  }

  #or(): AlarmRule {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new AlarmRuleError("AlarmRule is nested too deeply");
    }
    const operands = [this.#and()];
    while (this.#take("OR")) {
      operands.push(this.#and());
    }
    this.#depth -= 1;
    return joined("or", operands);
  }

  #and(): AlarmRule {
    const operands = [this.#not()];
    while (this.#take("AND")) {
      operands.push(this.#not());
    }
    return joined("and", operands);
  }

  #not(): AlarmRule {
    let isNegated = false;
    while (this.#take("NOT")) {
      isNegated = !isNegated;
    }
    const operand = this.#primary();
    return isNegated ? { kind: "not", operand } : operand;
  }

  #primary(): AlarmRule {
    if (this.#take("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (this.#take("TRUE")) {
      return { kind: "constant", value: true };
    }
    if (this.#take("FALSE")) {
      return { kind: "constant", value: false };
    }
    if (this.#take("AT_LEAST")) {
      return this.#atLeast();
    }
    const state = this.#state();
    this.#expect("(");
    const alarm = this.#next();
    this.#expect(")");
    return { kind: "state", state, alarm };
  }

  #state(): AlarmStateValue {
    const state = this.#next();
    if (!STATES.includes(state)) {
      throw new AlarmRuleError(`AlarmRule has an unknown function ${state}`);
    }
    return state as AlarmStateValue;
  }

  #atLeast(): AlarmRule {
    this.#expect("(");
    const [, digits, sign] = /^(\d+)(%?)$/.exec(this.#next()) ?? [];
    const count = Number(digits);
    this.#expect(",");
    const isNegated = this.#take("NOT");
    const state = this.#state();
    this.#expect(",");
    this.#expect("(");
    const alarms = [this.#next()];
    while (this.#take(",")) {
      alarms.push(this.#next());
    }
    this.#expect(")");
    this.#expect(")");
    const isShare = sign === "%";
    if (!(count > 0 && count <= (isShare ? 100 : alarms.length))) {
      throw new AlarmRuleError("AlarmRule asks AT_LEAST for a number of alarms that cannot be");
    }
    return { kind: "at-least", count, isShare, isNegated, state, alarms };
  }
}

function joined(kind: "and" | "or", operands: readonly AlarmRule[]): AlarmRule {
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { kind, operands };
}
