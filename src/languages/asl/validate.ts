/**
 * Finds what is wrong in a definition, as `ValidateStateMachineDefinition` does.
 *
 * Codes, the texts about fields, transitions and query languages, and the form of locations are
 * AWS's; texts about values of a wrong type are in their manner.
 * Sources: https://states-language.net/spec.html,
 * https://github.com/floci-io/floci/issues/2735, /2745 and /2968 (answers of AWS, measured)
 */

import { checkChoice } from "./choice-rules.ts";
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import { createFindings, type Diagnostic, type Findings, hasErrors } from "./diagnostic.ts";
import { checkCatchers, checkRetriers } from "./error-handlers.ts";
import { checkFields, type FieldContext, isExpression } from "./field-values.ts";
import type { QueryLanguage } from "./machine.ts";
import { parseResource } from "./resource.ts";
import {
  BRANCH_FIELDS,
  EXCLUSIVE_FIELDS,
  type Fields,
  MACHINE_FIELDS,
  MAP_PARTS,
  PROCESSOR_FIELDS,
  REQUIRED_FIELDS,
  STATE_FIELDS,
} from "./state-fields.ts";
import { checkTransitions } from "./transitions.ts";

/** Machines in machines. */
const DEPTH_MAX = 40;
const STATE_NAME_LENGTH_MAX = 80;
const LABEL_LENGTH_MAX = 40;
const LANGUAGES = ["JSONPath", "JSONata"];
const PROCESSOR_CONFIG: Readonly<Record<string, readonly string[]>> = {
  Mode: ["DISTRIBUTED", "INLINE"],
  ExecutionType: ["EXPRESS", "STANDARD"],
};

export type ParsedDefinition =
  | { readonly definition: JsonObject; readonly diagnostics: readonly Diagnostic[] }
  | { readonly definition: undefined; readonly diagnostics: readonly Diagnostic[] };

/** The definition is absent when it is no JSON object. */
export function validateDefinition(text: string): ParsedDefinition {
  const findings = createFindings();
  const definition = parseJson(findings, text);
  if (definition !== undefined) {
    new Validation(findings).wholeMachine(definition);
  }
  return { definition, diagnostics: findings.found };
}

function parseJson(findings: Findings, text: string): JsonObject | undefined {
  try {
    const parsed = JSON.parse(text) as Json;
    if (isObject(parsed)) {
      return parsed;
    }
    findings.error("MISSING_DESCRIPTION", "The definition is not a JSON object");
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    findings.error("INVALID_JSON_DESCRIPTION", message);
  }
  return undefined;
}

class Validation {
  readonly #findings: Findings;
  readonly #names = new Set<string>();
  #language: QueryLanguage = "JSONPath";

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  wholeMachine(machine: JsonObject): void {
    this.#language = this.#languageOf(machine, "JSONPath", "");
    const context = { language: this.#language, findings: this.#findings };
    checkFields(context, machine, MACHINE_FIELDS, "");
    this.#machine(machine, "", 0);
  }

  #machine(machine: JsonObject, location: string, depth: number): void {
    if (depth > DEPTH_MAX) {
      this.#findings.error("TOO_DEEPLY_NESTED", "The states are too deeply nested", location);
      return;
    }
    const absent = ["StartAt", "States"].filter((name) => machine[name] === undefined);
    if (absent.length > 0) {
      this.#findings.schema(`These fields are required: [${absent.join(", ")}]`, location);
      return;
    }
    for (const [name, state] of Object.entries(isObject(machine.States) ? machine.States : {})) {
      this.#named(name, state, `${location}/States/${name}`, depth);
    }
    if (!hasErrors(this.#findings.found) || isObject(machine.States)) {
      checkTransitions(this.#findings, machine, location);
    }
  }

  #named(name: string, state: Json, location: string, depth: number): void {
    if (name.length === 0 || name.length > STATE_NAME_LENGTH_MAX) {
      this.#findings.error(
        "INVALID_STATE_NAME",
        `State names must have 1 to ${STATE_NAME_LENGTH_MAX} characters`,
        location,
      );
    }
    if (this.#names.has(name)) {
      this.#findings.error("DUPLICATE_STATE_NAME", `Duplicate state name: ${name}`, location);
    }
    this.#names.add(name);
    if (isObject(state)) {
      this.#state(state, location, depth);
    } else {
      this.#findings.schema("Expected value of type Object", location);
    }
  }

  #state(state: JsonObject, location: string, depth: number): void {
    const { Type: type } = state;
    const fields =
      typeof type === "string" && Object.hasOwn(STATE_FIELDS, type) && STATE_FIELDS[type];
    if (typeof type !== "string" || !fields) {
      const text =
        type === undefined
          ? "These fields are required: [Type]"
          : `Value must be one of: [${Object.keys(STATE_FIELDS).sort().join(", ")}]`;
      this.#findings.schema(text, type === undefined ? location : `${location}/Type`);
      return;
    }
    const language = this.#languageOf(state, this.#language, location);
    if (this.#language === "JSONata" && state.QueryLanguage === "JSONPath") {
      this.#findings.schema(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        location,
      );
    }
    const context: FieldContext = { language, findings: this.#findings };
    checkFields(context, state, fields, location);
    this.#combinations(state, type, location);
    this.#byType(context, state, location, depth);
  }

  /** What must be there, and what excludes each other. */
  #combinations(state: JsonObject, type: string, location: string): void {
    const absent = (REQUIRED_FIELDS[type] ?? []).filter((name) => state[name] === undefined);
    if (absent.length > 0) {
      this.#findings.schema(`These fields are required: [${absent.join(", ")}]`, location);
    }
    for (const { fields, isRequired } of EXCLUSIVE_FIELDS[type] ?? []) {
      const present = fields.filter((name) => state[name] !== undefined);
      if (present.length > 1) {
        const names = present.join(", ");
        this.#findings.schema(`Only one of these fields is allowed: [${names}]`, location);
      }
      if (isRequired && present.length === 0) {
        const names = fields.join(", ");
        this.#findings.schema(`One of these fields is required: [${names}]`, location);
      }
    }
    if (STATE_FIELDS[type]?.Next !== undefined) {
      const ends = state.End === true;
      if (ends === (state.Next !== undefined)) {
        this.#findings.schema(
          ends
            ? "Only one of these fields is allowed: [Next, End]"
            : "One of these fields is required: [Next, End]",
          location,
        );
      }
    }
  }

  #byType(context: FieldContext, state: JsonObject, location: string, depth: number): void {
    if (state.Retry !== undefined) {
      checkRetriers(context, state.Retry, `${location}/Retry`);
    }
    if (state.Catch !== undefined) {
      checkCatchers(context, state.Catch, `${location}/Catch`);
    }
    switch (state.Type) {
      case "Task":
        this.#task(state, location);
        break;
      case "Choice":
        this.#choice(context, state, location);
        break;
      case "Parallel":
        this.#list(state.Branches, `${location}/Branches`).forEach((branch, index) => {
          this.#inner(branch, BRANCH_FIELDS, `${location}/Branches[${index}]`, depth);
        });
        break;
      case "Map":
        this.#map(context, state, location, depth);
        break;
      case "Pass":
        this.#pass(state, location);
        break;
      default:
    }
  }

  #task(state: JsonObject, location: string): void {
    const { Resource: resource, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
    if (typeof resource === "string" && parseResource(resource) === undefined) {
      this.#findings.schema("Value is not a valid resource ARN", `${location}/Resource`);
    }
    if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout) {
      this.#findings.schema(
        "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
        `${location}/HeartbeatSeconds`,
      );
    }
  }

  #choice(context: FieldContext, state: JsonObject, location: string): void {
    const choices = this.#list(state.Choices, `${location}/Choices`);
    if (isArray(state.Choices) && choices.length === 0) {
      this.#findings.schema("Expected a non-empty value of type Array", `${location}/Choices`);
    }
    choices.forEach((choice, index) => {
      checkChoice(context, choice, `${location}/Choices[${index}]`);
    });
  }

  #map(context: FieldContext, state: JsonObject, location: string, depth: number): void {
    for (const name of ["ItemProcessor", "Iterator"]) {
      const processor = state[name];
      if (processor !== undefined) {
        this.#inner(processor, PROCESSOR_FIELDS, `${location}/${name}`, depth);
        this.#processorConfig(processor, `${location}/${name}/ProcessorConfig`);
      }
    }
    for (const [path, fields] of Object.entries(MAP_PARTS)) {
      const part = path
        .split("/")
        .reduce<Json | undefined>(
          (holder, name) => (holder !== undefined && isObject(holder) ? holder[name] : undefined),
          state,
        );
      if (part !== undefined && isObject(part)) {
        checkFields(context, part, fields, `${location}/${path}`);
      }
    }
    const { Label: label } = state;
    if (typeof label === "string" && (label.length === 0 || label.length > LABEL_LENGTH_MAX)) {
      this.#findings.schema(
        `Value must have 1 to ${LABEL_LENGTH_MAX} characters`,
        `${location}/Label`,
      );
    }
    const { Items: items } = state;
    if (context.language === "JSONata" && items !== undefined) {
      if (!isArray(items) && !isExpression(items) && !isObject(items)) {
        this.#findings.schema("Expected value of type Array", `${location}/Items`);
      }
    }
  }

  /** Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
  #processorConfig(processor: Json, location: string): void {
    const config = isObject(processor) ? processor.ProcessorConfig : undefined;
    if (config === undefined || !isObject(config)) {
      return;
    }
    for (const [name, values] of Object.entries(PROCESSOR_CONFIG)) {
      const value = config[name];
      if (value !== undefined && !values.includes(String(value))) {
        this.#findings.schema(
          `Value must be one of: [${values.join(", ")}]`,
          `${location}/${name}`,
        );
      }
    }
    if (config.Mode === "DISTRIBUTED" && config.ExecutionType === undefined) {
      this.#findings.schema("These fields are required: [ExecutionType]", location);
    }
  }

  #inner(machine: Json, fields: Fields, location: string, depth: number): void {
    if (!isObject(machine)) {
      this.#findings.schema("Expected value of type Object", location);
      return;
    }
    const context = { language: this.#language, findings: this.#findings };
    checkFields(context, machine, fields, location);
    this.#machine(machine, location, depth + 1);
  }

  #pass(state: JsonObject, location: string): void {
    const { Result: result } = state;
    for (const [name, value] of Object.entries(isObject(result) ? result : {})) {
      if (name.endsWith(".$") && typeof value === "string") {
        this.#findings.warn(
          "PASS_RESULT_IS_STATIC",
          `The field '${name}' of a Result is not evaluated`,
          `${location}/Result/${name}`,
        );
      }
    }
  }

  #list(value: Json | undefined, location: string): readonly Json[] {
    if (value !== undefined && !isArray(value)) {
      return [];
    }
    if (location.endsWith("/Branches") && value?.length === 0) {
      this.#findings.schema("Expected a non-empty value of type Array", location);
    }
    return value ?? [];
  }

  /** Anything but `JSONPath` is taken for JSONata, and said to be wrong when it is neither. */
  #languageOf(holder: JsonObject, inherited: QueryLanguage, location: string): QueryLanguage {
    const { QueryLanguage: value } = holder;
    if (value === undefined) {
      return inherited;
    }
    if (typeof value !== "string") {
      this.#findings.schema("Expected value of type String", `${location}/QueryLanguage`);
    } else if (!LANGUAGES.includes(value)) {
      this.#findings.schema(
        `Value must be one of: [${LANGUAGES.join(", ")}]`,
        `${location}/QueryLanguage`,
      );
    }
    return value === "JSONPath" ? "JSONPath" : "JSONata";
  }
}
