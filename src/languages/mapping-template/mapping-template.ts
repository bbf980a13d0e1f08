/**
 * Mapping templates of API Gateway's REST APIs: the Velocity Template Language with the variables
 * `$input`, `$util`, `$context` and `$stageVariables`.
 *
 * Sources:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
import type { JsonObject } from "../../base/json.ts";
import { TemplateError } from "../vtl/template-error.ts";

/** A parsed template; the same one may be rendered any number of times. */
export interface Template {
  readonly text: string;
}

/** What a template reads. */
export interface MappingSource {
  /** The payload; empty where there is none. */
  readonly body: string;
  /** As `$input.params()` gives them: one value a name, the last where the request has several. */
  readonly parameters: {
    readonly path: Readonly<Record<string, string>>;
    readonly querystring: Readonly<Record<string, string>>;
    readonly header: Readonly<Record<string, string>>;
  };
  /** `$context`, without the overrides. */
  readonly context: JsonObject;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** What a template assigned to `$context.requestOverride` and `$context.responseOverride`. */
export interface Overrides {
  readonly request: {
    readonly header: OverriddenParameters;
    readonly querystring: OverriddenParameters;
    readonly path: OverriddenParameters;
  };
  readonly response: {
    readonly status: number | undefined;
    readonly header: OverriddenParameters;
  };
}

/** The values by name: several where a list was assigned. */
export type OverriddenParameters = Readonly<Record<string, readonly string[]>>;

export interface Mapping {
  readonly text: string;
  readonly overrides: Overrides;
}

/** @throws TemplateError when the text is no template: its message says where and why. */
export function parseTemplate(text: string): Template {
  return { text };
}

/**
 * The template's text with its references replaced by what `source` has, and the overrides it made.
 * @throws TemplateError when it cannot be evaluated: an unknown method, a step too many.
 */
export function renderMapping(template: Template, source: MappingSource): Mapping {
  if (/[#$](?!input\.(?:body|json\('\$'\)))/.test(template.text)) {
    throw new TemplateError("Directives and references other than $input.body are not supported");
  }
  return {
    text: template.text.replaceAll(/\$input\.(?:body|json\('\$'\))/g, () => source.body),
    overrides: {
      request: { header: {}, querystring: {}, path: {} },
      response: { status: undefined, header: {} },
    },
  };
}
