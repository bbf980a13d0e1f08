/** Cron fields that are sets of numbers: lists of values, ranges and steps, with names. */

export interface Field {
  readonly first: number;
  readonly last: number;
  /** Names of values, the first one for `first`. */
  readonly names: readonly string[];
  /** Whether a range may go over the end: `FRI-MON`, `22-2`. */
  readonly wraps: boolean;
}

type FieldName = "minute" | "hour" | "dayOfMonth" | "month" | "dayOfWeek" | "year";

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

export const FIELD: Readonly<Record<FieldName, Field>> = {
  minute: { first: 0, last: 59, names: [], wraps: true },
  hour: { first: 0, last: 23, names: [], wraps: true },
  dayOfMonth: { first: 1, last: 31, names: [], wraps: true },
  month: { first: 1, last: 12, names: MONTHS, wraps: true },
  dayOfWeek: { first: 1, last: 7, names: WEEKDAYS, wraps: true },
  year: { first: 1970, last: 2199, names: [], wraps: false },
};

/** The chosen numbers in order, each once; `undefined` when the text is not valid. */
export function parseNumbers(text: string, field: Field): readonly number[] | undefined {
  const chosen = new Set<number>();
  for (const item of text.split(",")) {
    const numbers = parseItem(item, field);
    if (numbers === undefined) {
      return undefined;
    }
    for (const number of numbers) {
      chosen.add(number);
    }
  }
  return [...chosen].sort((a, b) => a - b);
}

/** A number or name within the field's bounds. */
export function parseValue(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toUpperCase());
  if (named !== -1) {
    return field.first + named;
  }
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.first && value <= field.last ? value : undefined;
}

/** `*`, `5`, `1-5`, each with an optional `/step`; `5/10` runs to the field's end. */
function parseItem(item: string, field: Field): readonly number[] | undefined {
  const [range = "", stepText, ...rest] = item.split("/");
  const step = stepText === undefined ? 1 : Number(/^[0-9]{1,4}$/.test(stepText) ? stepText : 0);
  const bounds = parseRange(range, field, stepText !== undefined);
  if (rest.length > 0 || step < 1 || bounds === undefined) {
    return undefined;
  }
  const [from, through] = bounds;
  const size = field.last - field.first + 1;
  const length = (through >= from ? 0 : size) + through - from;
  return Array.from(
    { length: Math.floor(length / step) + 1 },
    (_, index) => field.first + ((from - field.first + index * step) % size),
  );
}

function parseRange(
  text: string,
  field: Field,
  stepped: boolean,
): readonly [from: number, through: number] | undefined {
  if (text === "*") {
    return [field.first, field.last];
  }
  const [first = "", last, ...rest] = text.split("-");
  const from = parseValue(first, field);
  const through = last === undefined ? from : parseValue(last, field);
  if (from === undefined || through === undefined || rest.length > 0) {
    return undefined;
  }
  if (through < from && !field.wraps) {
    return undefined;
  }
  return [from, last === undefined && stepped ? field.last : through];
}
