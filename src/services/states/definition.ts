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
  const refuse = (message: string, location: string): void => {
    invalid.push({ severity: "ERROR", code: "SCHEMA_VALIDATION_FAILED", message, location });
  };
  for (const { state, location, type } of statesOf(definition, {
    location: "",
    type: options.type,
  })) {
    const feature = unsupportedFeature(state);
    if (feature !== undefined) {
      unsupported.push({ feature, location });
    }
    if (type === "EXPRESS" && isDistributed(state)) {
      refuse("Express state machine does not support Map states in DISTRIBUTED mode", location);
    }
    const resource = typeof state.Resource === "string" && parseResource(state.Resource);
    const refusal = resource ? refusalOf(resource, { ...options, type }) : undefined;
    if (refusal?.kind === "unsupported") {
      unsupported.push({ feature: refusal.feature, location: `${location}/Resource` });
    } else if (refusal !== undefined) {
      refuse(refusal.message, `${location}/Resource`);
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

interface Place {
  readonly location: string;
  /** Of the executions that enter the state: those of a distributed Map have a type of their own. */
  readonly type: MachineType;
}

function* statesOf(
  machine: Json | undefined,
  { location, type }: Place,
  depth = 0,
): Iterable<Place & { readonly state: JsonObject }> {
  const states = isObject(machine) && isObject(machine.States) ? machine.States : {};
  if (depth > DEPTH_MAX) {
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) {
      continue;
    }
    const at = `${location}/States/${name}`;
    yield { state, location: at, type };
    const inner = itemType(state) ?? type;
    for (const name of ["ItemProcessor", "Iterator"]) {
      yield* statesOf(state[name], { location: `${at}/${name}`, type: inner }, depth + 1);
    }
    const branches = isArray(state.Branches) ? state.Branches : [];
    for (const [index, branch] of branches.entries()) {
      yield* statesOf(branch, { location: `${at}/Branches[${index}]`, type }, depth + 1);
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
const TRANSFORMATIONS = ["COMPACT", "FLATTEN", "NONE"];
const INPUT_TYPES = ["CSV", "JSON", "JSONL", "MANIFEST"];

/** What of a Map state is not here. */
function unsupportedFeature(state: JsonObject): string | undefined {
  if (state.Type !== "Map") {
    return undefined;
  }
  if (!isDistributed(state)) {
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
  const { Transformation: transformation, OutputType: output } = writerConfig;
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
    [
      loaded !== undefined && loaded !== "NONE" && !isLoaded(reader),
      `the transformation ${String(loaded)} of ${String(source)}`,
    ],
    [
      state.ResultWriter !== undefined && target === undefined && output !== "JSON",
      "a result writer without S3 that writes JSON lines",
    ],
    [
      transformation !== undefined && !TRANSFORMATIONS.includes(String(transformation)),
      `the transformation ${String(transformation)} of results`,
    ],
  ];
  const feature = found.find(([is]) => is)?.[1];
  return feature && `${feature} of a Map state`;
}

/** The items in the objects of a list, rather than the objects. */
function isLoaded({ Resource: source, ReaderConfig: config }: JsonObject): boolean {
  const { InputType: type, Transformation: transformation } =
    config !== undefined && isObject(config) ? config : {};
  const isList = source === "arn:aws:states:::s3:listObjectsV2";
  return isList && transformation === "LOAD_AND_FLATTEN" && type !== "MANIFEST";
}

function processorConfig(state: JsonObject): JsonObject {
  const name = state.ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  return memberOf(memberOf(state, name), "ProcessorConfig");
}

function isDistributed(state: JsonObject): boolean {
  return state.Type === "Map" && processorConfig(state).Mode === "DISTRIBUTED";
}

/** Of the executions of a Map state's items, when they are executions of their own. */
function itemType(state: JsonObject): MachineType | undefined {
  if (!isDistributed(state)) {
    return undefined;
  }
  return processorConfig(state).ExecutionType === "EXPRESS" ? "EXPRESS" : "STANDARD";
}

function memberOf(holder: JsonObject, name: string): JsonObject {
  const member = holder[name];
  return isObject(member) ? member : {};
}
