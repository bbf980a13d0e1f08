/**
 * Names that stand for something in every expression, and for no workflow variable: `$states`, and the
 * functions of JSONata and of Step Functions.
 * Sources: https://docs.jsonata.org/string-functions and the pages beside it, and
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
const NAMES: ReadonlySet<string> = new Set([
  "states",
  ...["abs", "append", "assert", "average", "base64decode", "base64encode", "boolean", "ceil"],
  ...["clone", "contains", "count", "decodeUrl", "decodeUrlComponent", "distinct", "each"],
  ...["encodeUrl", "encodeUrlComponent", "error", "eval", "exists", "filter", "floor"],
  ...["formatBase", "formatInteger", "formatNumber", "fromMillis", "hash", "join", "keys"],
  ...["length", "lookup", "lowercase", "map", "match", "max", "merge", "millis", "min", "not"],
  ...["now", "number", "pad", "parse", "parseInteger", "partition", "power", "random", "range"],
  ...["reduce", "replace", "reverse", "round", "shuffle", "sift", "single", "sort", "split"],
  ...["spread", "sqrt", "string", "substring", "substringAfter", "substringBefore", "sum"],
  ...["toMillis", "trim", "type", "uppercase", "uuid", "zip"],
]);

export function isReservedName(name: string): boolean {
  return NAMES.has(name);
}
