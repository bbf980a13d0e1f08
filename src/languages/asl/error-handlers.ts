/**
 * Checks `Retry` and `Catch`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import { checkFields, type FieldContext } from "./field-values.ts";
import { CATCHER_FIELDS, RETRIER_FIELDS } from "./state-fields.ts";

const INTERVAL_SECONDS_MAX = 99_999_999;
/** Exclusive. */
const MAX_DELAY_SECONDS_MAX = 31_622_400;

export function checkRetriers(context: FieldContext, retriers: Json, location: string): void {
  eachOf(context, retriers, location, (retrier, place, isLast) => {
    checkFields(context, retrier, RETRIER_FIELDS, place);
    checkErrors(context, retrier, place, isLast);
    checkNumbers(context, retrier, place);
    const { JitterStrategy: jitter } = retrier;
    if (typeof jitter === "string" && jitter !== "FULL" && jitter !== "NONE") {
      context.findings.schema("Value must be one of: [FULL, NONE]", `${place}/JitterStrategy`);
    }
  });
}

export function checkCatchers(context: FieldContext, catchers: Json, location: string): void {
  eachOf(context, catchers, location, (catcher, place, isLast) => {
    checkFields(context, catcher, CATCHER_FIELDS, place);
    checkErrors(context, catcher, place, isLast);
    if (catcher.Next === undefined) {
      context.findings.schema("These fields are required: [Next]", place);
    }
  });
}

function eachOf(
  { findings }: FieldContext,
  list: Json,
  location: string,
  check: (item: JsonObject, location: string, isLast: boolean) => void,
): void {
  const items = isArray(list) ? list : [];
  items.forEach((item, index) => {
    const place = `${location}[${index}]`;
    if (isObject(item)) {
      check(item, place, index === items.length - 1);
    } else {
      findings.schema("Expected value of type Object", place);
    }
  });
}

function checkErrors(
  { findings }: FieldContext,
  holder: JsonObject,
  location: string,
  isLast: boolean,
): void {
  const { ErrorEquals: errors } = holder;
  if (errors === undefined) {
    findings.schema("These fields are required: [ErrorEquals]", location);
    return;
  }
  const names = isArray(errors) ? errors : [];
  const place = `${location}/ErrorEquals`;
  if (isArray(errors) && (names.length === 0 || names.some((name) => typeof name !== "string"))) {
    findings.schema("Expected a non-empty value of type Array of String", place);
  }
  if (names.includes("States.ALL") && (names.length > 1 || !isLast)) {
    findings.schema(
      "States.ALL must appear alone, and in the last retrier or catcher of its list",
      place,
    );
  }
}

function checkNumbers({ findings }: FieldContext, retrier: JsonObject, location: string): void {
  const { IntervalSeconds: interval, BackoffRate: rate, MaxDelaySeconds: most } = retrier;
  if (typeof interval === "number" && (interval < 1 || interval > INTERVAL_SECONDS_MAX)) {
    findings.schema(
      `Value must be between 1 and ${INTERVAL_SECONDS_MAX}`,
      `${location}/IntervalSeconds`,
    );
  }
  if (typeof rate === "number" && rate < 1) {
    findings.schema("Value must be greater than or equal to 1", `${location}/BackoffRate`);
  }
  if (typeof most === "number") {
    const isAboveInterval = most > (typeof interval === "number" ? interval : 1);
    if (!isAboveInterval || most >= MAX_DELAY_SECONDS_MAX) {
      findings.schema(
        `Value must be greater than IntervalSeconds and less than ${MAX_DELAY_SECONDS_MAX}`,
        `${location}/MaxDelaySeconds`,
      );
    }
  }
}
