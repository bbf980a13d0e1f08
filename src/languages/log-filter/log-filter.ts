/**
 * Filter patterns of CloudWatch Logs: which log events are wanted.
 *
 * | the pattern starts with | it is about                                   |
 * |-------------------------|-----------------------------------------------|
 * | `{`                     | events that are JSON: `json-filter.ts`        |
 * | `[`                     | events of fields between spaces: `columns.ts` |
 * | anything else           | terms anywhere in the event: `terms.ts`       |
 *
 * The empty pattern wants every event. Everything is case-sensitive.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { parseColumns } from "./columns.ts";
import { LogFilterError } from "./filter-error.ts";
import { parseJsonFilter } from "./json-filter.ts";
import { parseTerms } from "./terms.ts";

export type LogFilter = (message: string) => boolean;

/** A filter, or why the pattern is none. */
export type ParsedLogFilter =
  | { readonly matches: LogFilter; readonly reason?: undefined }
  | { readonly matches?: undefined; readonly reason: string };

export function parseLogFilter(pattern: string): ParsedLogFilter {
  const text = pattern.trim();
  try {
    if (text.startsWith("{")) {
      return { matches: parseJsonFilter(text) };
    }
    return { matches: text.startsWith("[") ? parseColumns(text) : parseTerms(text) };
  } catch (error) {
    if (error instanceof LogFilterError) {
      return { reason: error.message };
    }
    throw error;
  }
}
