/**
 * Input templates of pipes: JSON or free text with `<$.path>` and `<aws.pipes.name>` in it.
 *
 * - In JSON, outside quotes, a variable becomes JSON: a text gets its quotes, a list or an object
 *   stays one, and what is not there is an empty text.
 * - In JSON, inside quotes, a text goes in escaped, and lists and objects lose their inner quotes.
 * - In free text a text goes in as it is, and lists and objects as JSON.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
import { parseJsonPath } from "./json-path.ts";
import { decodedEvent } from "./pipe-event.ts";

/** What a template can draw on. */
export interface PipeScope {
  /** As it came: from the source or the enrichment. */
  readonly event: unknown;
  readonly pipeArn: string;
  readonly pipeName: string;
  readonly sourceArn: string;
  readonly enrichmentArn: string;
  readonly targetArn: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

export interface PipeTemplate {
  render(scope: PipeScope): string;
}

export type ParsedPipeTemplate =
  | { readonly template: PipeTemplate; readonly unknown?: undefined }
  /** The placeholder that is neither a path nor a reserved variable. */
  | { readonly template?: undefined; readonly unknown: string };

type Variable = (scope: PipeScope, decoded: unknown) => unknown;
type Part =
  | { readonly text: string }
  | { readonly variable: Variable; readonly place: "json" | "quotes" | "text" };

const RESERVED: Readonly<Record<string, Variable>> = {
  "aws.pipes.pipe-arn": (scope) => scope.pipeArn,
  "aws.pipes.pipe-name": (scope) => scope.pipeName,
  "aws.pipes.source-arn": (scope) => scope.sourceArn,
  "aws.pipes.enrichment-arn": (scope) => scope.enrichmentArn,
  "aws.pipes.target-arn": (scope) => scope.targetArn,
  "aws.pipes.event.ingestion-time": (scope) => scope.ingestionTime,
  "aws.pipes.event": (scope) => scope.event,
  "aws.pipes.event.json": (_, decoded) => decoded,
};

export function parsePipeTemplate(text: string): ParsedPipeTemplate {
  const isJson = /^\s*[{["]/.test(text);
  const parts: Part[] = [];
  let quoted = false;
  let at = 0;
  for (const { index, 0: placeholder, 1: name = "" } of text.matchAll(/<((?:\$|aws\.)[^<>]*)>/g)) {
    const before = text.slice(at, index);
    quoted = endsQuoted(before, quoted);
    const variable = variableOf(name);
    if (variable === undefined) {
      return { unknown: name };
    }
    parts.push(
      { text: before },
      { variable, place: isJson ? (quoted ? "quotes" : "json") : "text" },
    );
    at = index + placeholder.length;
  }
  parts.push({ text: text.slice(at) });
  return { template: { render: (scope) => render(parts, scope) } };
}

function variableOf(name: string): Variable | undefined {
  if (Object.hasOwn(RESERVED, name)) {
    return RESERVED[name];
  }
  const path = parseJsonPath(name);
  return path && ((_, decoded) => path.select(decoded));
}

function render(parts: readonly Part[], scope: PipeScope): string {
  const decoded = decodedEvent(scope.event);
  let out = "";
  for (const part of parts) {
    out += "text" in part ? part.text : inserted(part.variable(scope, decoded) ?? "", part.place);
  }
  return out;
}

function inserted(value: unknown, place: "json" | "quotes" | "text"): string {
  const json = JSON.stringify(value);
  if (place === "json") {
    return json;
  }
  if (typeof value !== "string") {
    return place === "text" ? json : json.replaceAll('"', "");
  }
  return place === "text" ? value : json.slice(1, -1);
}

/** Whether a quote is open behind `text`, given whether one was open before it. */
function endsQuoted(text: string, before: boolean): boolean {
  const quotes = text.replace(/\\[\s\S]/g, "").match(/"/g) ?? [];
  return quotes.length % 2 === 0 ? before : !before;
}
