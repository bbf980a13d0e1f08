/**
 * Input transformers: a template with `<name>` in it, filled from an event.
 *
 * - Outside quotes a variable becomes JSON: a text gets its quotes, a list or object stays one.
 * - Inside quotes a text goes in as it is (escaped), and lists and objects lose their inner quotes.
 * - A path that leads nowhere gives an empty text.
 * - The template itself is JSON, or several quoted lines of text.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */

import { type EventPath, parseEventPath } from "../../languages/event-path/event-path.ts";
import { JsonTokenError, JsonTokens } from "../../languages/event-pattern/json-tokens.ts";

/** What a template can draw on besides the event's own fields. */
export interface TemplateScope {
  readonly event: object;
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

export interface InputTransformer {
  render(scope: TemplateScope): string;
}

/** A transformer, or what is wrong with it. */
export type ParsedTransformer =
  | { readonly transformer: InputTransformer; readonly fault?: undefined }
  | { readonly transformer?: undefined; readonly fault: TransformerFault };

export type TransformerFault =
  | { readonly kind: "path"; readonly name: string; readonly path: string }
  | { readonly kind: "placeholder"; readonly name: string }
  /** Where the template stops being JSON, as EventBridge prints it. */
  | { readonly kind: "template"; readonly place: string };

type Part =
  | { readonly text: string }
  | { readonly variable: (scope: TemplateScope) => unknown; readonly quoted: boolean };

const RESERVED: Readonly<Record<string, (scope: TemplateScope) => unknown>> = {
  "aws.events.rule-arn": (scope) => scope.ruleArn,
  "aws.events.rule-name": (scope) => scope.ruleName,
  "aws.events.event.ingestion-time": (scope) => scope.ingestionTime,
  "aws.events.event": (scope) => {
    const { detail: _, ...rest } = scope.event as Readonly<Record<string, unknown>>;
    return rest;
  },
  "aws.events.event.json": (scope) => scope.event,
};

export function parseInputTransformer(
  template: string,
  pathsByName: Readonly<Record<string, string>>,
): ParsedTransformer {
  const paths = new Map<string, EventPath>();
  for (const [name, path] of Object.entries(pathsByName)) {
    const parsed = parseEventPath(path);
    if (parsed === undefined) {
      return { fault: { kind: "path", name, path } };
    }
    paths.set(name, parsed);
  }
  const parts: Part[] = [];
  let quoted = false;
  let at = 0;
  for (const { index, 0: placeholder, 1: name = "" } of template.matchAll(/<([\w.-]+)>/g)) {
    const text = template.slice(at, index);
    quoted = endsQuoted(text, quoted);
    const path = paths.get(name);
    const variable = path ? (scope: TemplateScope) => path.select(scope.event) : RESERVED[name];
    if (variable === undefined) {
      return { fault: { kind: "placeholder", name } };
    }
    parts.push({ text }, { variable, quoted });
    at = index + placeholder.length;
  }
  parts.push({ text: template.slice(at) });
  const fault = templateFault(parts);
  return fault === undefined
    ? { transformer: { render: (scope) => render(parts, scope) } }
    : { fault };
}

function render(parts: readonly Part[], scope: TemplateScope): string {
  let out = "";
  for (const part of parts) {
    out += "text" in part ? part.text : inserted(part.variable(scope) ?? "", part.quoted);
  }
  return out;
}

function inserted(value: unknown, quoted: boolean): string {
  const json = JSON.stringify(value);
  if (!quoted) {
    return json;
  }
  return typeof value === "string" ? json.slice(1, -1) : json.replaceAll('"', "");
}

/** Whether a quote is open behind `text`, given whether one was open before it. */
function endsQuoted(text: string, before: boolean): boolean {
  const quotes = text.replace(/\\[\s\S]/g, "").match(/"/g) ?? [];
  return quotes.length % 2 === 0 ? before : !before;
}

/** With placeholders as nulls the template has to be JSON values, one or more. */
function templateFault(parts: readonly Part[]): TransformerFault | undefined {
  const sample = parts.map((part) => ("text" in part ? part.text : part.quoted ? "" : "null"));
  const tokens = new JsonTokens(sample.join(""));
  try {
    while (tokens.next() !== undefined) {
      // Reading to the end is the check.
    }
    return undefined;
  } catch (error) {
    if (error instanceof JsonTokenError) {
      return { kind: "template", place: error.message.split("\n at ").at(-1) ?? "" };
    }
    throw error;
  }
}
