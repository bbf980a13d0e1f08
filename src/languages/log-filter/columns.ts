/**
 * Patterns over events whose fields are separated by spaces: `[ip, ..., status = 4*, bytes > 1000]`.
 *
 * Quotes and square brackets hold a field together. Without an ellipsis the event has exactly as
 * many fields as the pattern.
 */
import { compareNumbers, isOrder, numberOf, OPERATORS, orderedNumber } from "./comparison.ts";
import { invalidPattern } from "./filter-error.ts";
import { Scanner } from "./scanner.ts";
import { type TextTest, textTest } from "./text-test.ts";

const NAME = /[\p{L}\p{N}_-]+/uy;
const BARE_VALUE = /[^\s"%,&|\]=<>!]+/y;
const FIELD = /"([^"]*)"|\[([^\]]*)\]|(\S+)/g;

type Operator = (typeof OPERATORS)[number];

interface Column {
  readonly name: string;
  readonly test: TextTest;
}

interface Columns {
  readonly before: readonly Column[];
  /** Those behind the ellipsis. */
  readonly behind: readonly Column[];
  readonly hasEllipsis: boolean;
}

export function parseColumns(text: string): TextTest {
  const columns = columnsOf(text);
  return (message) => {
    const fields = fieldsOf(message);
    return placed(columns, fields)?.every(({ column, field }) => column.test(field)) ?? false;
  };
}

/** The fields of an event by the names that a pattern gives them; none when it has other columns. */
export function parseColumnFields(
  text: string,
): (message: string) => Readonly<Record<string, string>> {
  const columns = columnsOf(text);
  return (message) =>
    Object.fromEntries(
      (placed(columns, fieldsOf(message)) ?? []).map(({ column, field }) => [column.name, field]),
    );
}

function placed(
  { before, behind, hasEllipsis }: Columns,
  fields: readonly string[],
): readonly { readonly column: Column; readonly field: string }[] | undefined {
  const count = before.length + behind.length;
  if (hasEllipsis ? fields.length < count : fields.length !== count) {
    return undefined;
  }
  const shift = fields.length - behind.length;
  return [
    ...before.map((column, index) => ({ column, field: fields[index] ?? "" })),
    ...behind.map((column, index) => ({ column, field: fields[shift + index] ?? "" })),
  ];
}

function columnsOf(text: string): Columns {
  const scanner = new Scanner(text);
  scanner.expect("[");
  const before: Column[] = [];
  const behind: Column[] = [];
  let hasEllipsis = false;
  do {
    if (scanner.take("...") !== undefined) {
      if (hasEllipsis) {
        throw invalidPattern();
      }
      hasEllipsis = true;
    } else {
      (hasEllipsis ? behind : before).push(readColumn(scanner));
    }
  } while (scanner.take(",") !== undefined);
  scanner.expect("]");
  if (!scanner.isAtEnd) {
    throw invalidPattern();
  }
  return { before, behind, hasEllipsis };
}

function fieldsOf(message: string): readonly string[] {
  return [...message.matchAll(FIELD)].map(
    ([, quoted, bracketed, bare]) => quoted ?? bracketed ?? bare ?? "",
  );
}

/** A name alone, or conditions on it: `status = 404 || status = 410`. */
function readColumn(scanner: Scanner): Column {
  const name = scanner.match(NAME);
  if (name === undefined) {
    throw invalidPattern();
  }
  const operator = takeOperator(scanner);
  if (operator === undefined) {
    return { name, test: () => true };
  }
  const alternatives: TextTest[][] = [[readCondition(scanner, operator)]];
  for (let join = scanner.take("&&", "||"); join; join = scanner.take("&&", "||")) {
    const next = scanner.match(NAME);
    const nextOperator = takeOperator(scanner);
    if (next !== name || nextOperator === undefined) {
      throw invalidPattern();
    }
    const condition = readCondition(scanner, nextOperator);
    if (join === "&&") {
      alternatives.at(-1)?.push(condition);
    } else {
      alternatives.push([condition]);
    }
  }
  return {
    name,
    test: (field) => alternatives.some((tests) => tests.every((test) => test(field))),
  };
}

function takeOperator(scanner: Scanner): Operator | undefined {
  return scanner.take(...OPERATORS) as Operator | undefined;
}

function readCondition(scanner: Scanner, operator: Operator): TextTest {
  const literal = scanner.literal(BARE_VALUE);
  const wanted = literal.form === "bare" ? numberOf(literal.text) : undefined;
  if (wanted !== undefined || isOrder(operator)) {
    const number = wanted ?? orderedNumber(literal);
    return (field) => {
      const value = numberOf(field);
      return value === undefined ? operator === "!=" : compareNumbers(operator, value, number);
    };
  }
  const test = textTest(literal);
  return (field) => test(field) === (operator === "=");
}
