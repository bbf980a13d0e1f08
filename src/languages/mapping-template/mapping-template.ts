/**
 * Mapping templates of API Gateway's REST APIs: the Velocity Template Language with the variables
 * `$input`, `$util`, `$context` and `$stageVariables`.
 *
 * Sources:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
import type { JsonObject } from "../../base/json.ts";
import { parseVelocity, type VelocityTemplate } from "../vtl/parse.ts";
import { type RenderOptions, renderVelocity } from "../vtl/render.ts";
import { MapValue } from "../vtl/value.ts";
import { InputValue } from "./input-value.ts";
import { fromJson } from "./json-value.ts";
import { createOverrides, readOverrides } from "./overrides.ts";
import { UtilValue } from "./util-value.ts";

/** A parsed template; the same one may be rendered any number of times. */
export interface Template {
  readonly text: string;
  readonly velocity: VelocityTemplate;
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

/**
 * What has no value prints nothing, where Velocity would print the reference; a loop ends after 1000 rounds.
 * Sources: https://github.com/toqoz/api-gateway-mapping-template/issues/5 and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const RENDERING: RenderOptions = { missing: "nothing", iterationsMax: 1000 };

/** @throws TemplateError when the text is no template: its message says where and why. */
export function parseTemplate(text: string): Template {
  return { text, velocity: parseVelocity(text) };
}

/**
 * The template's text with its references replaced by what `source` has, and the overrides it made.
 * @throws TemplateError when it cannot be evaluated: an unsupported method, a step too many, an override made twice.
 */
export function renderMapping(template: Template, source: MappingSource): Mapping {
  const overrides = createOverrides();
  const context = fromJson(source.context);
  const values = {
    input: new InputValue(source),
    util: new UtilValue(),
    context: new MapValue([
      ...(context instanceof MapValue ? context.entries : []),
      ...Object.entries(overrides),
    ]),
    stageVariables: new MapValue(Object.entries(source.stageVariables)),
  };
  const text = renderVelocity(template.velocity, values, RENDERING);
  return { text, overrides: readOverrides(overrides) };
}
