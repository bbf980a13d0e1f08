/**
 * What a metric filter takes out of an event: a number as it stands, `$.request.ms` of an event that
 * is JSON, `$bytes` of one with columns.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
import { parseColumnFields } from "./columns.ts";
import { LogFilterError } from "./filter-error.ts";
import { parseSelection } from "./json-filter.ts";

/** `undefined` when the event does not have it. */
export type Extract = (message: string) => string | undefined;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** `undefined` for a text that says nothing to take out. `pattern` names the columns. */
export function parseExtraction(text: string, pattern: string): Extract | undefined {
  if (NUMBER.test(text)) {
    return () => text;
  }
  try {
    if (/^\$[.[]/.test(text)) {
      const select = parseSelection(text);
      return (message) => scalarText(select(message));
    }
    if (text.startsWith("$") && pattern.trim().startsWith("[")) {
      const fields = parseColumnFields(pattern.trim());
      const name = text.slice(1);
      return (message) => fields(message)[name];
    }
  } catch (error) {
    if (!(error instanceof LogFilterError)) {
      throw error;
    }
  }
  return undefined;
}

function scalarText(value: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}
