/**
 * The regular expressions of the models, which are Java's: a value must match as a whole.
 *
 * Most mean the same in JavaScript. The rest are translated here; one that could not be would let
 * every value pass, and `test/wire/models.test.ts` says that there is none.
 */

/** Matching is not worth its time where everything matches. */
const ANYTHING = /^\^?(\[\\s\\S\]\*|\(\?s\)\.\*)\$?$/;

/** Property escapes and surrogate pairs; the flag for them makes needless escapes an error. */
const NEEDS_UNICODE = /\\p\{|\\u[dD][89a-bA-B]/;

const compiled = new Map<string, RegExp | undefined>();

/** `undefined` for a pattern that anything matches. */
export function compilePattern(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) {
    return compiled.get(pattern);
  }
  const expression = ANYTHING.test(pattern) ? undefined : translated(pattern);
  compiled.set(pattern, expression);
  return expression;
}

function translated(pattern: string): RegExp {
  let source = pattern.replaceAll("\\p{Print}", "[\\x20-\\x7e]");
  let flags = "";
  if (source.startsWith("(?i)")) {
    source = source.slice("(?i)".length);
    flags = "i";
  }
  return new RegExp(`^(?:${source})$`, NEEDS_UNICODE.test(source) ? `${flags}u` : flags);
}
