/** Prints templates: https://velocity.apache.org/engine/1.7/user-guide.html */
import { Budget } from "./budget.ts";
import { assign, type Evaluation, evaluate, isTrue, readReference } from "./evaluate.ts";
import { ForeachValue } from "./foreach-value.ts";
import { parseVelocity, type VelocityTemplate } from "./parse.ts";
import { Scope } from "./scope.ts";
import type {
  Block,
  Expression,
  Macro,
  MacroCall,
  Macros,
  Reference,
  Statement,
} from "./syntax.ts";
import { TemplateError } from "./template-error.ts";
import { BlockValue, IteratorValue, ListValue, MapValue, type Value } from "./value.ts";
import { textOf } from "./value-text.ts";

export interface RenderOptions {
  /** What a reference without a value prints: itself, as Velocity has it, or nothing. */
  readonly missing: "written" | "nothing";
  /** Of one loop: what is beyond is passed over. */
  readonly iterationsMax: number;
}

/** The end of the template. */
class Stop extends Error {}
/** The end of the innermost loop, macro or block. */
class Break extends Error {}

/** @throws TemplateError when the template fails: a method, a bound. */
export function renderVelocity(
  template: VelocityTemplate,
  values: Readonly<Record<string, Value>>,
  options: RenderOptions,
): string {
  const scope = new Scope();
  for (const [name, value] of Object.entries(values)) {
    scope.set(name, value);
  }
  const renderer = new Renderer(new Map(template.macros), options);
  try {
    renderer.run(template.block, scope);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new TemplateError("The template is nested too deeply");
    }
    throw error;
  }
  return renderer.text();
}

class Renderer implements Evaluation {
  readonly budget: Budget = new Budget();
  readonly #macros: Macros;
  readonly #options: RenderOptions;
  #parts: string[] = [];
  #length = 0;

  constructor(macros: Macros, options: RenderOptions) {
    this.#macros = macros;
    this.#options = options;
  }

  text(): string {
    return this.#parts.join("");
  }

  run(block: Block, scope: Scope): void {
    try {
      this.#breakable(() => this.#block(block, scope));
    } catch (error) {
      if (!(error instanceof Stop)) {
        throw error;
      }
    }
  }

  /** What a block prints into a text of its own. */
  print(block: Block, scope: Scope): string {
    const outer = { parts: this.#parts, length: this.#length };
    this.#parts = [];
    try {
      this.#breakable(() => this.#block(block, scope));
      return this.text();
    } finally {
      this.#parts = outer.parts;
      this.#length = outer.length;
    }
  }

  #write(text: string): void {
    this.#length += text.length;
    this.budget.allowText(this.#length);
    this.#parts.push(text);
  }

  #breakable(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Break)) {
        throw error;
      }
    }
  }

  #block(block: Block, scope: Scope): void {
    for (const statement of block) {
      this.budget.spend(1);
      this.#statement(statement, scope);
    }
  }

  #statement(statement: Statement, scope: Scope): void {
    switch (statement.kind) {
      case "text":
        this.#write(statement.text);
        return;
      case "reference":
        this.#reference(statement, scope);
        return;
      case "set": {
        const value = evaluate(statement.value, scope, this);
        if (value !== null) {
          assign(statement.target, value, scope, this);
        }
        return;
      }
      case "if":
        this.#if(statement, scope);
        return;
      case "foreach":
        this.#foreach(statement, scope);
        return;
      case "call":
        this.#call(statement, scope);
        return;
      case "define":
        scope.set(statement.name, this.#printed(`$${statement.name}`, statement.body, scope));
        return;
      case "evaluate":
        this.#evaluate(statement.source, scope);
        return;
      case "stop":
        throw new Stop();
      case "break":
        throw new Break();
    }
  }

  /** An odd backslash makes the reference text. Where there is no value, backslashes are text. */
  #reference(reference: Reference, scope: Scope): void {
    const value = readReference(reference, scope, this);
    const pairs = Math.floor(reference.backslashes / 2);
    const isEscaped = reference.backslashes % 2 === 1;
    if (value === null) {
      const isShown = isEscaped || (!reference.isQuiet && this.#options.missing === "written");
      this.#write("\\".repeat(isEscaped ? pairs + 1 : pairs * 2));
      this.#write(isShown ? reference.text : "");
      return;
    }
    this.#write("\\".repeat(pairs));
    this.#write(isEscaped ? reference.text : textOf(value, this.budget));
  }

  /** What is printed anew wherever it is referred to. */
  #printed(what: string, body: Block, scope: Scope): BlockValue {
    return new BlockValue(() => this.budget.called(what, () => this.print(body, scope)));
  }

  #if(statement: Statement & { readonly kind: "if" }, scope: Scope): void {
    const chosen = statement.branches.find(
      ({ condition }) => condition === undefined || isTrue(condition, scope, this),
    );
    if (chosen !== undefined) {
      this.#block(chosen.body, scope);
    }
  }

  #foreach(statement: Statement & { readonly kind: "foreach" }, scope: Scope): void {
    const items = itemsOf(evaluate(statement.over, scope, this));
    this.budget.spend(items.length);
    const names = [statement.variable, "foreach", "velocityCount", "velocityHasNext"];
    const before = names.map((name) => scope.own(name));
    const count = Math.min(items.length, this.#options.iterationsMax);
    const loop = new ForeachValue(items.length, scope.get("foreach"));
    this.#breakable(() => {
      for (let index = 0; index < count; index += 1) {
        loop.index = index;
        scope.bind(statement.variable, { value: items[index] ?? null });
        scope.bind("foreach", { value: loop });
        scope.bind("velocityCount", { value: BigInt(index + 1) });
        scope.bind("velocityHasNext", { value: loop.hasNext });
        this.#block(statement.body, scope);
      }
    });
    for (const [index, name] of names.entries()) {
      scope.restore(name, before[index]);
    }
  }

  #call(call: MacroCall, scope: Scope): void {
    const macro = this.#macros.get(call.name);
    if (macro === undefined) {
      this.#write(call.text);
      return;
    }
    const inner = this.#macroScope(macro, call, scope);
    this.budget.called(`macro '${call.name}'`, () =>
      this.#breakable(() => this.#block(macro.body, inner)),
    );
  }

  #macroScope(macro: Macro, call: MacroCall, scope: Scope): Scope {
    const inner = new Scope(scope);
    for (const [index, name] of macro.parameters.entries()) {
      const operand = call.arguments[index];
      if (operand?.kind === "reference" || operand?.kind === "interpolation") {
        inner.bind(name, { read: () => evaluate(operand, scope, this) });
      } else if (operand !== undefined) {
        inner.bind(name, { value: evaluate(operand, scope, this) });
      }
    }
    if (call.body !== undefined) {
      inner.bind("bodyContent", { value: this.#printed("$bodyContent", call.body, scope) });
    }
    return inner;
  }

  #evaluate(source: Expression, scope: Scope): void {
    const value = evaluate(source, scope, this);
    if (value === null) {
      return;
    }
    const text = textOf(value, this.budget);
    this.budget.spend(text.length >>> 2);
    const { block } = parseVelocity(text, this.#macros);
    this.budget.called("#evaluate", () => this.#breakable(() => this.#block(block, scope)));
  }
}

/** What a loop goes through: the values of a map; nothing of what is no collection. */
function itemsOf(value: Value): readonly Value[] {
  if (value instanceof ListValue) {
    return [...value.items];
  }
  if (value instanceof MapValue) {
    return [...value.entries.values()];
  }
  const items: Value[] = [];
  while (value instanceof IteratorValue && value.hasNext) {
    items.push(value.next());
  }
  return items;
}
