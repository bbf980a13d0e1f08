/** The operators of choice rules. Source: the page named in `choice-rule.ts`. */

import type { Json } from "./scope.ts";
import { stringMatches } from "./string-matches.ts";
import { timestampNs } from "./timestamp.ts";

type Comparison = (value: Json, operand: Json) => boolean;

export type TypeTest =
  | "IsBoolean"
  | "IsNull"
  | "IsNumeric"
  | "IsPresent"
  | "IsString"
  | "IsTimestamp";

export const typeTests: Readonly<Record<TypeTest, (value: Json) => boolean>> = {
  IsPresent: () => true,
  IsNull: (value) => value === null,
  IsBoolean: (value) => typeof value === "boolean",
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsTimestamp: (value) => typeof value === "string" && timestampNs(value) !== undefined,
};

export function isTypeTest(operator: string): operator is TypeTest {
  return Object.hasOwn(typeTests, operator);
}

const ORDERS = {
  Equals: (sign: number) => sign === 0,
  LessThan: (sign: number) => sign < 0,
  LessThanEquals: (sign: number) => sign <= 0,
  GreaterThan: (sign: number) => sign > 0,
  GreaterThanEquals: (sign: number) => sign >= 0,
} as const;

/** -1, 0 or 1; `undefined` where the two cannot be compared, which makes every test false. */
const SIGNS: Readonly<Record<string, (value: Json, operand: Json) => number | undefined>> = {
  String: (value, operand) =>
    typeof value === "string" && typeof operand === "string" ? sign(value, operand) : undefined,
  Numeric: (value, operand) =>
    typeof value === "number" && typeof operand === "number" ? sign(value, operand) : undefined,
  Timestamp: (value, operand) => {
    const a = typeof value === "string" ? timestampNs(value) : undefined;
    const b = typeof operand === "string" ? timestampNs(operand) : undefined;
    return a === undefined || b === undefined ? undefined : sign(a, b);
  },
};

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ...Object.entries(SIGNS).flatMap(([kind, signOf]) =>
    Object.entries(ORDERS).map(([order, accepts]): [string, Comparison] => [
      `${kind}${order}`,
      (value, operand) => {
        const found = signOf(value, operand);
        return found !== undefined && accepts(found);
      },
    ]),
  ),
  ["BooleanEquals", (value, operand) => typeof value === "boolean" && value === operand],
  [
    "StringMatches",
    (value, operand) =>
      typeof value === "string" && typeof operand === "string" && stringMatches(value, operand),
  ],
]);

/** By its name without `Path`. */
export function comparisonOf(operator: string): Comparison | undefined {
  return COMPARISONS.get(operator);
}

function sign<T extends string | number | bigint>(left: T, right: T): number {
  return left < right ? -1 : Number(left > right);
}
