/**
 * The Velocity Template Language, as version 1.7 of Apache Velocity reads it: directives between text that passes through.
 *
 * - Text stays as it is. A `$` or `#` that starts nothing is text.
 * - A directive takes the rest of its line with it where that is white space, `#set` also the white space before it where
 *   the line starts with it after another directive.
 * - Backslashes before a reference or a known directive escape it, anywhere else they are text.
 *
 * Two texts that version 1.7 refuses by accident are text here: a `$` or a `#` at the very end.
 *
 * Sources: https://velocity.apache.org/engine/1.7/vtl-reference.html and
 * https://velocity.apache.org/engine/1.7/user-guide.html
 */
import { ExpressionParser } from "./expression-parser.ts";
import { Scanner } from "./scanner.ts";
import type { Block, Branch, Expression, Macros, Statement } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";

/** Of the template's text, for AWS's 300 KB and what is made by `#evaluate`. */
const TEMPLATE_CHARACTERS_MAX = 1024 * 1024;

const TEXT = /[^$#\\]+/y;
const BACKSLASHES = /\\+/y;
const SET = /(?:#set|#\{set\}) *\(/y;
const SPACED_SET = /[ \t]+(?:#set|#\{set\}) *\(/y;
const WORD = /#(?:\{([A-Za-z_][\w@]*)\}|([A-Za-z_@][\w@]*))/y;
const ARGUMENTS_START = /[ \t\r\n]*\(/y;
const BARE_WORD = /[A-Za-z_@][\w@]*/y;
const UNPARSED = /#\[\[([\s\S]*?)\]\]#/y;
const LINE_COMMENT = /##[^\r\n]*(?:\r\n|\r|\n)?/y;
const BLOCK_COMMENT = /#\*[\s\S]*?(?:\*#|$)/y;

const CONTROLS: ReadonlySet<string> = new Set(["if", "elseif", "else", "end", "stop"]);
const DIRECTIVES: ReadonlySet<string> = new Set([
  "break",
  "define",
  "evaluate",
  "foreach",
  "include",
  "literal",
  "macro",
  "parse",
]);

export interface VelocityTemplate {
  readonly block: Block;
  readonly macros: Macros;
}

/**
 * `macros` are those known before, to which those of the text are added.
 * @throws TemplateError that says where and why the text is no template.
 */
export function parseVelocity(text: string, macros: Macros = new Map()): VelocityTemplate {
  if (text.length > TEMPLATE_CHARACTERS_MAX) {
    throw new TemplateError("The template is too large");
  }
  return { block: new BlockParser(new Scanner(text), macros).whole(), macros };
}

/** How a block ended. */
type BlockEnd = "end" | "else" | "elseif" | "text";

class BlockParser {
  readonly #scanner: Scanner;
  readonly #macros: Macros;
  readonly #expressions: ExpressionParser;

  constructor(scanner: Scanner, macros: Macros) {
    this.#scanner = scanner;
    this.#macros = macros;
    this.#expressions = new ExpressionParser(scanner, (text, within, at) =>
      new BlockParser(new Scanner(text, within, at), macros).whole(),
    );
  }

  whole(): Block {
    const start = this.#scanner.at;
    const { block, end } = this.#block();
    if (end !== "text") {
      throw this.#scanner.problem(`Encountered "#${end}" that closes nothing`, start);
    }
    return block;
  }

  #block(): { readonly block: Block; readonly end: BlockEnd } {
    return this.#scanner.nested(() => {
      const block: Statement[] = [];
      for (;;) {
        const next = this.#next();
        if (typeof next === "string") {
          return { block, end: next };
        }
        push(block, next);
      }
    });
  }

  /** The block of a directive, up to its `#end`. */
  #closedBlock(): Block {
    const { block, end } = this.#block();
    if (end !== "end") {
      throw this.#scanner.problem(
        end === "text" ? 'A directive has no "#end"' : `Encountered "#${end}" outside of #if`,
      );
    }
    return block;
  }

  #next(): readonly Statement[] | BlockEnd {
    const scanner = this.#scanner;
    if (scanner.isAtEnd) {
      return "text";
    }
    if (scanner.match(SPACED_SET) !== undefined) {
      return [this.#set()];
    }
    const text = scanner.match(TEXT)?.[0];
    if (text !== undefined) {
      return [textOf(text)];
    }
    switch (scanner.peek()) {
      case "\\":
        return this.#backslashes();
      case "$": {
        const reference = this.#expressions.reference();
        return reference === undefined ? [this.#character()] : [reference];
      }
      default:
        return this.#hash();
    }
  }

  #character(): Statement {
    const character = this.#scanner.peek();
    this.#scanner.at += 1;
    return textOf(character);
  }

  #backslashes(): readonly Statement[] {
    const scanner = this.#scanner;
    const run = scanner.match(BACKSLASHES)?.[0] ?? "";
    const reference = scanner.peek() === "$" ? this.#expressions.reference(run.length) : undefined;
    if (reference !== undefined) {
      return [reference];
    }
    const word = scanner.lookingAt(WORD);
    if (word === undefined) {
      return [textOf(run)];
    }
    const name = word[1] ?? word[2] ?? "";
    const isKnown = CONTROLS.has(name) || DIRECTIVES.has(name) || this.#macros.has(name);
    if (run.length % 2 === 0) {
      return [textOf(isKnown ? run.slice(run.length / 2) : run)];
    }
    scanner.at += word[0].length;
    const kept = isKnown || name === "set" ? run.slice((run.length + 1) / 2) : run;
    return [textOf(kept + word[0])];
  }

  #hash(): readonly Statement[] | BlockEnd {
    const scanner = this.#scanner;
    const unparsed = scanner.match(UNPARSED);
    if (unparsed !== undefined) {
      return [textOf(unparsed[1] ?? "")];
    }
    if (scanner.startsWith("#[[")) {
      throw scanner.problem('"#[[" is not closed');
    }
    if ((scanner.match(LINE_COMMENT) ?? scanner.match(BLOCK_COMMENT)) !== undefined) {
      return [];
    }
    if (scanner.match(SET) !== undefined) {
      return [this.#set()];
    }
    const start = scanner.at;
    const word = scanner.match(WORD);
    if (word === undefined) {
      return [this.#character()];
    }
    return this.#directive(word[1] ?? word[2] ?? "", start);
  }

  #directive(name: string, start: number): readonly Statement[] | BlockEnd {
    const scanner = this.#scanner;
    switch (name) {
      case "end":
      case "else":
        scanner.skipLineEnd();
        return name;
      case "elseif":
        return name;
      case "stop":
      case "break":
        return [{ kind: name }];
      case "if":
        return [this.#if()];
      case "foreach":
        return [this.#foreach()];
      case "macro":
        this.#macro();
        return [];
      case "define":
        return [this.#define()];
      case "evaluate":
        return [this.#evaluate()];
      case "literal":
        return [this.#literal()];
      case "include":
      case "parse":
        throw scanner.problem(`#${name} is not supported: there are no other templates`, start);
      default:
        return [this.#call(name, start)];
    }
  }

  /** The parenthesis that a directive opens with. */
  #open(): void {
    if (this.#scanner.match(ARGUMENTS_START) === undefined) {
      throw this.#scanner.unexpected('"("');
    }
  }

  #close(): void {
    this.#scanner.expectToken(")");
    this.#scanner.skipLineEnd();
  }

  #set(): Statement {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const target = this.#expressions.expectReference();
    scanner.expectToken("=");
    const value = this.#expressions.expression();
    this.#close();
    return { kind: "set", target, value };
  }

  #condition(): Expression {
    this.#open();
    const condition = this.#expressions.expression();
    this.#close();
    return condition;
  }

  #if(): Statement {
    const branches: Branch[] = [];
    let condition: Expression | undefined = this.#condition();
    for (;;) {
      const { block, end } = this.#block();
      branches.push({ condition, body: block });
      if (end === "end") {
        return { kind: "if", branches };
      }
      if (end === "text" || condition === undefined) {
        throw this.#scanner.problem('#if has no "#end"');
      }
      condition = end === "elseif" ? this.#condition() : undefined;
    }
  }

  #foreach(): Statement {
    const scanner = this.#scanner;
    this.#open();
    scanner.skipSpace();
    const { name } = this.#expressions.expectReference();
    scanner.skipSpace();
    if (scanner.match(BARE_WORD) === undefined) {
      throw scanner.unexpected('"in"');
    }
    const over = this.#expressions.operand();
    this.#close();
    return { kind: "foreach", variable: name, over, body: this.#closedBlock() };
  }

  #macro(): void {
    const scanner = this.#scanner;
    this.#open();
    scanner.skipSpace();
    const name = scanner.match(BARE_WORD)?.[0];
    if (name === undefined) {
      throw scanner.unexpected("the name of a macro");
    }
    const parameters: string[] = [];
    while (!scanner.takeToken(")")) {
      scanner.takeToken(",");
      scanner.skipSpace();
      parameters.push(this.#expressions.expectReference().name);
    }
    scanner.skipLineEnd();
    this.#macros.set(name, { parameters, body: this.#closedBlock() });
  }

  #define(): Statement {
    this.#open();
    this.#scanner.skipSpace();
    const { name } = this.#expressions.expectReference();
    this.#close();
    return { kind: "define", name, body: this.#closedBlock() };
  }

  #evaluate(): Statement {
    this.#open();
    const source = this.#expressions.operand();
    this.#close();
    return { kind: "evaluate", source };
  }

  /** Its block is held to the grammar, and printed as it is written. */
  #literal(): Statement {
    const scanner = this.#scanner;
    this.#open();
    this.#close();
    const start = scanner.at;
    this.#closedBlock();
    const written = scanner.text.slice(start, scanner.at);
    return textOf(written.slice(0, written.lastIndexOf("#")));
  }

  /** A macro, or text that looks like one. */
  #call(word: string, start: number): Statement {
    const scanner = this.#scanner;
    const hasBlock = word.startsWith("@");
    const place = scanner.place(start);
    const operands = scanner.match(ARGUMENTS_START) === undefined ? undefined : this.#arguments();
    const body = hasBlock && operands !== undefined ? this.#closedBlock() : undefined;
    return {
      kind: "call",
      name: hasBlock ? word.slice(1) : word,
      arguments: operands ?? [],
      body,
      text: scanner.text.slice(start, scanner.at),
      place,
    };
  }

  /** Of a macro: separated by white space or commas. */
  #arguments(): readonly Expression[] {
    const scanner = this.#scanner;
    const operands: Expression[] = [];
    while (!scanner.takeToken(")")) {
      scanner.takeToken(",");
      scanner.skipSpace();
      const isLiteral = scanner.lookingAt(/(?:true|false)\b/y) !== undefined;
      const word = isLiteral ? undefined : scanner.match(BARE_WORD)?.[0];
      operands.push(
        word === undefined ? this.#expressions.operand() : { kind: "word", text: word },
      );
    }
    scanner.skipLineEnd();
    return operands;
  }
}

function textOf(text: string): Statement {
  return { kind: "text", text };
}

/** Pieces of text that follow each other become one. */
function push(block: Statement[], statements: readonly Statement[]): void {
  for (const statement of statements) {
    const last = block.at(-1);
    if (statement.kind === "text" && last?.kind === "text") {
      block[block.length - 1] = textOf(last.text + statement.text);
    } else {
      block.push(statement);
    }
  }
}
