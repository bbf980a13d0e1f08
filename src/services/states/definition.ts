/** Definitions as this service takes them: AWS's rules, and what Millrace does not have, by name. */
import { isArray, isObject, type Json, type JsonObject } from "../../languages/asl/data/scope.ts";
import { type Diagnostic, definitionErrorText, hasErrors } from "../../languages/asl/diagnostic.ts";
import { parseResource } from "../../languages/asl/resource.ts";
import { validateDefinition } from "../../languages/asl/validate.ts";
import type { OperationCatalog } from "../../outbox/operation-catalog.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { invalidDefinition } from "./errors.ts";
import { refusalOf } from "./integrations/supported.ts";
import type { MachineType } from "./machine-record.ts";

export interface DefinitionFindings {
  readonly diagnostics: readonly Diagnostic[];
  /** Of AWS, and not here. */
  readonly unsupported: readonly { readonly feature: string; readonly location: string }[];
}

interface Options {
  readonly catalog: OperationCatalog;
  readonly type: MachineType;
}

export function findingsOf(text: string, options: Options): DefinitionFindings {
  const { definition, diagnostics } = validateDefinition(text);
  if (definition === undefined) {
    return { diagnostics, unsupported: [] };
  }
  const invalid: Diagnostic[] = [];
  const unsupported: { feature: string; location: string }[] = [];
  for (const { state, location } of statesOf(definition, "")) {
    const feature = unsupportedFeature(state);
    if (feature !== undefined) {
      unsupported.push({ feature, location });
    }
    const resource = typeof state.Resource === "string" && parseResource(state.Resource);
    const refusal = resource ? refusalOf(resource, options) : undefined;
    if (refusal?.kind === "unsupported") {
      unsupported.push({ feature: refusal.feature, location: `${location}/Resource` });
    } else if (refusal !== undefined) {
      invalid.push({
        severity: "ERROR",
        code: "SCHEMA_VALIDATION_FAILED",
        message: refusal.message,
        location: `${location}/Resource`,
      });
    }
  }
  return { diagnostics: [...diagnostics, ...invalid], unsupported };
}

/** Throws what `CreateStateMachine` and `UpdateStateMachine` answer to a definition that is none. */
export function checkDefinition(text: string, operation: string, options: Options): void {
  const { diagnostics, unsupported } = findingsOf(text, options);
  if (hasErrors(diagnostics)) {
    throw invalidDefinition(definitionErrorText(diagnostics));
  }
  const [first] = unsupported;
  if (first !== undefined) {
    throw notSupported(operation, `${first.feature} (at ${first.location})`);
  }
}

/** Deeper definitions have been refused. */
const DEPTH_MAX = 50;

function* statesOf(
  machine: Json | undefined,
  location: string,
  depth = 0,
): Iterable<{ readonly state: JsonObject; readonly location: string }> {
  const states = isObject(machine) && isObject(machine.States) ? machine.States : {};
  if (depth > DEPTH_MAX) {
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) {
      continue;
    }
    const at = `${location}/States/${name}`;
    yield { state, location: at };
    yield* statesOf(state.ItemProcessor, `${at}/ItemProcessor`, depth + 1);
    yield* statesOf(state.Iterator, `${at}/Iterator`, depth + 1);
    const branches = isArray(state.Branches) ? state.Branches : [];
    for (const [index, branch] of branches.entries()) {
      yield* statesOf(branch, `${at}/Branches[${index}]`, depth + 1);
    }
  }
}

const DISTRIBUTED_FIELDS = [
  ...["ItemReader", "ItemBatcher", "ResultWriter", "Label"],
  ...["ToleratedFailureCount", "ToleratedFailureCountPath"],
  ...["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
];

const READERS = ["arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"];
const WRITERS = ["arn:aws:states:::s3:putObject"];
const INPUT_TYPES = ["CSV", "JSON", "JSONL", "MANIFEST"];

/** What of a Map state is not here. */
function unsupportedFeature(state: JsonObject): string | undefined {
  if (state.Type !== "Map") {
    return undefined;
  }
  const config = memberOf(memberOf(state, "ItemProcessor"), "ProcessorConfig");
  if (config.Mode !== "DISTRIBUTED") {
    const field = DISTRIBUTED_FIELDS.find((name) => state[name] !== undefined);
    return field && `the field ${field} of a Map state that is not in distributed mode`;
  }
  const reader = memberOf(state, "ItemReader");
  const readerConfig = memberOf(reader, "ReaderConfig");
  const writer = memberOf(state, "ResultWriter");
  const writerConfig = memberOf(writer, "WriterConfig");
  const { Resource: source } = reader;
  const { Resource: target } = writer;
  const { InputType: type, ManifestType: manifest, Transformation: loaded } = readerConfig;
  const { Transformation: transformation } = writerConfig;
  const found: readonly (readonly [boolean, string])[] = [
    [
      source !== undefined && !READERS.includes(String(source)),
      `the item reader ${String(source)}`,
    ],
    [
      target !== undefined && !WRITERS.includes(String(target)),
      `the result writer ${String(target)}`,
    ],
    [type !== undefined && !INPUT_TYPES.includes(String(type)), `the input type ${String(type)}`],
    [
      manifest !== undefined && manifest !== "S3_INVENTORY",
      `the manifest type ${String(manifest)}`,
    ],
    [loaded !== undefined && loaded !== "NONE", `the transformation ${String(loaded)}`],
    [state.ResultWriter !== undefined && target === undefined, "a result writer without S3"],
    [
      transformation !== undefined && transformation !== "NONE",
      `the transformation ${String(transformation)} of results`,
    ],
  ];
  const feature = found.find(([is]) => is)?.[1];
  return feature && `${feature} of a Map state`;
}

function memberOf(holder: JsonObject, name: string): JsonObject {
  const member = holder[name];
  return isObject(member) ? member : {};
}
