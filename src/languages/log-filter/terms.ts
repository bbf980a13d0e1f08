/**
 * Patterns of terms: all of them are in the event, those with a minus are not; of terms with a
 * question mark one is enough. Question marks mean nothing beside terms that have none.
 */
import { LogFilterError } from "./filter-error.ts";
import { Scanner } from "./scanner.ts";
import { searchTest, type TextTest } from "./text-test.ts";

const BARE_TERM = /[^\s"%]+/y;
/** Anything else wants quotes around it. */
const PLAIN = /^[\p{L}\p{N}_]+$/u;

export function parseTerms(text: string): TextTest {
  const scanner = new Scanner(text);
  const required: TextTest[] = [];
  const optional: TextTest[] = [];
  const excluded: TextTest[] = [];
  while (!scanner.isAtEnd) {
    const mark = scanner.take("?", "-");
    const literal = scanner.literal(BARE_TERM);
    if (literal.form === "bare" && !PLAIN.test(literal.text)) {
      throw new LogFilterError(`Invalid character(s) in term '${literal.text}'`);
    }
    const list = mark === "?" ? optional : mark === "-" ? excluded : required;
    list.push(searchTest(literal));
  }
  const isAnyEnough = required.length === 0 && excluded.length === 0;
  return (message) =>
    required.every((test) => test(message)) &&
    !excluded.some((test) => test(message)) &&
    (!isAnyEnough || optional.length === 0 || optional.some((test) => test(message)));
}
