/**
 * The transform `AWS::Serverless-2016-10-31`: a SAM template as the CloudFormation template it
 * stands for, with the logical ids that AWS's own translator gives (`cases/`, `scripts/sam-oracle.py`).
 *
 * Pure. Mistakes are collected, so that a developer sees all of them at once; what Millrace leaves
 * out is refused by name.
 */
import {
  isList,
  isObject,
  TemplateError,
  type Value,
  type ValueObject,
} from "../../languages/template/value.ts";
import { NotSupportedError } from "../not-supported.ts";
import { implicitAttributes } from "./api-conditions.ts";
import { CONNECTOR_TYPE, connect, readConnectors } from "./connectors.ts";
import { type DeploymentPreference, deploymentResources } from "./deployment-preference.ts";
import { FUNCTION_TYPE, type FunctionSurroundings, functionResources } from "./function.ts";
import { applicableGlobals, type Globals, mergeGlobals, readGlobals } from "./globals.ts";
import {
  HTTP_API_TYPE,
  type HttpApi,
  httpApiResources,
  IMPLICIT_API_ID,
  openHttpApi,
} from "./http-api.ts";
import { apiIdOf } from "./http-event.ts";
import { LAYER_TYPE, layerVersion } from "./layer-version.ts";
import { withGeneratedNames } from "./referable.ts";
import { REST_API_TYPE } from "./rest-api.ts";
import { openRestApis, restApisResources } from "./rest-apis.ts";
import { documentError, SamError, samNotSupported } from "./sam-error.ts";
import { objectOf, type SamResource } from "./sam-resource.ts";
import { simpleTable } from "./simple-table.ts";
import { STATE_MACHINE_TYPE, stateMachineResources } from "./state-machine.ts";

export const SAM_TRANSFORM = "AWS::Serverless-2016-10-31";
const BUCKET_TYPE = "AWS::S3::Bucket";
const TABLE_TYPE = "AWS::Serverless::SimpleTable";

const SAM_TYPES = [
  FUNCTION_TYPE,
  HTTP_API_TYPE,
  LAYER_TYPE,
  REST_API_TYPE,
  STATE_MACHINE_TYPE,
  TABLE_TYPE,
];

export interface SamContext {
  /** What was given, and the defaults of the rest. */
  readonly parameters: Readonly<Record<string, Value | undefined>>;
}

export function transformSam(source: ValueObject, context: SamContext): ValueObject {
  const errors: SamError[] = [];
  const leftOut: string[] = [];
  const attempt = <T>(run: () => T): T | undefined => collecting({ errors, leftOut }, run);
  const readName = (name: string) => leftOut.push(`Globals.${name}`);
  const globals = attempt(() => readGlobals(source["Globals"], readName)) ?? {};
  const samResources = readSamResources(source, globals, attempt);
  const conditions: Record<string, Value> = { ...objectOf(source["Conditions"]) };
  const apis = openApis(samResources, globals, attempt);
  const restApis = openRestApis(samResources, globals, attempt);
  const buckets = new Map<string, ValueObject>();
  const surroundings = surroundingsOf(source, context, { apis, restApis, buckets });
  const generated = new Map<string, ValueObject>();
  const names = new Map<string, string>();
  const preferences: DeploymentPreference[] = [];
  const add = (resources: Iterable<readonly [string, ValueObject]> | undefined): void => {
    for (const [logicalId, resource] of resources ?? []) {
      generated.set(logicalId, resource);
    }
  };
  for (const resource of samResources.filter(({ type }) => type === FUNCTION_TYPE)) {
    const result = attempt(() => functionResources(resource, surroundings));
    add(result?.resources);
    preferences.push(...(result?.preference ? [result.preference] : []));
    for (const [name, id] of result?.names ?? []) {
      names.set(name, id);
    }
  }
  add(attempt(() => deploymentResources(preferences, conditions)));
  for (const api of apis.values()) {
    const written = attempt(() =>
      httpApiResources(withImplicitAttributes(api, samResources, conditions), conditions),
    );
    add(written?.resources);
    names.set(`${api.resource.logicalId}.Stage`, written?.stageId ?? "");
  }
  const rest = restApisResources(restApis, samResources, conditions, attempt);
  add(rest.resources);
  for (const [name, id] of rest.names) {
    names.set(name, id);
  }
  for (const table of samResources.filter(({ type }) => type === TABLE_TYPE)) {
    add(attempt(() => [[table.logicalId, simpleTable(table)] as const]));
  }
  for (const machine of samResources.filter(({ type }) => type === STATE_MACHINE_TYPE)) {
    add(attempt(() => stateMachineResources(machine)));
  }
  for (const layer of samResources.filter(({ type }) => type === LAYER_TYPE)) {
    const made = attempt(() => layerVersion(layer, surroundings.parameter));
    add(made && [made]);
    names.set(layer.logicalId, made?.[0] ?? "");
  }
  // What is left out comes first: it may be why something else looks like a mistake.
  if (leftOut.length > 0) {
    throw new NotSupportedError(leftOut);
  }
  if (errors.length > 0) {
    throw documentError(errors);
  }
  return written(source, { generated, names, conditions, buckets });
}

function collecting<T>(
  { errors, leftOut }: { readonly errors: SamError[]; readonly leftOut: string[] },
  run: () => T,
): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SamError) {
      errors.push(error);
    } else if (error instanceof NotSupportedError) {
      leftOut.push(...error.features);
    } else {
      throw error;
    }
    return undefined;
  }
}

type Attempt = <T>(run: () => T) => T | undefined;

function readSamResources(
  source: ValueObject,
  globals: Globals,
  attempt: Attempt,
): readonly SamResource[] {
  const found: SamResource[] = [];
  for (const [logicalId, value] of Object.entries(objectOf(source["Resources"]))) {
    const { Connectors: _, ...declared } = objectOf(value);
    const { Type: type, Properties: own = {}, IgnoreGlobals, ...attributes } = declared;
    if (typeof type !== "string" || !type.startsWith("AWS::Serverless::")) {
      continue;
    }
    if (type === CONNECTOR_TYPE) {
      continue;
    }
    if (!SAM_TYPES.includes(type)) {
      attempt(() => {
        throw samNotSupported(`resource type ${type}`, logicalId);
      });
      continue;
    }
    const resource = attempt(() => {
      const shared = applicableGlobals(globals[type] ?? {}, IgnoreGlobals, logicalId);
      return { logicalId, type, properties: objectOf(mergeGlobals(shared, own)), attributes };
    });
    if (resource !== undefined) {
      found.push(resource);
    }
  }
  return found;
}

/** The declared APIs, and the implicit one when an event needs it. */
function openApis(
  resources: readonly SamResource[],
  globals: Globals,
  attempt: Attempt,
): ReadonlyMap<string, HttpApi> {
  const declared = resources.filter(({ type }) => type === HTTP_API_TYPE);
  const needsImplicit =
    !declared.some(({ logicalId }) => logicalId === IMPLICIT_API_ID) &&
    resources.some((resource) =>
      httpEventsOf(resource).some((properties) => apiIdOf(properties) === IMPLICIT_API_ID),
    );
  const implicit: SamResource = {
    logicalId: IMPLICIT_API_ID,
    type: HTTP_API_TYPE,
    properties: globals[HTTP_API_TYPE] ?? {},
    attributes: {},
  };
  const apis = new Map<string, HttpApi>();
  for (const resource of needsImplicit ? [...declared, implicit] : declared) {
    const api = attempt(() => openHttpApi(resource));
    if (api !== undefined) {
      apis.set(resource.logicalId, api);
    }
  }
  return apis;
}

function httpEventsOf(resource: SamResource): readonly ValueObject[] {
  return Object.values(objectOf(resource.properties["Events"]))
    .map(objectOf)
    .filter(({ Type: type }) => type === "HttpApi")
    .map(({ Properties: properties }) => objectOf(properties));
}

function surroundingsOf(
  source: ValueObject,
  context: SamContext,
  {
    buckets,
    ...apis
  }: Pick<FunctionSurroundings, "apis" | "restApis"> & {
    readonly buckets: Map<string, ValueObject>;
  },
): FunctionSurroundings {
  const parameter = (value: Value | undefined): Value | undefined => {
    const name = isObject(value) ? value["Ref"] : undefined;
    return typeof name === "string" ? (context.parameters[name] ?? value) : value;
  };
  const declared = (logicalId: string): ValueObject =>
    objectOf(objectOf(source["Resources"])[logicalId]);
  return {
    ...apis,
    buckets: {
      find(logicalId) {
        const bucket = buckets.get(logicalId) ?? declared(logicalId);
        return bucket["Type"] === BUCKET_TYPE ? bucket : undefined;
      },
      put: (logicalId, bucket) => void buckets.set(logicalId, bucket),
    },
    parameter,
    resourceOf: (logicalId) => objectOf(objectOf(source["Resources"])[logicalId]),
    topicIsFifo(topic) {
      const id = isObject(topic) ? topic["Ref"] : undefined;
      const { Properties: properties } = declared(String(id));
      return String(parameter(objectOf(properties)["FifoTopic"])) === "true";
    },
  };
}

function withImplicitAttributes(
  api: HttpApi,
  resources: readonly SamResource[],
  conditions: Record<string, Value>,
): HttpApi {
  if (api.resource.logicalId !== IMPLICIT_API_ID || !api.isManaged) {
    return api;
  }
  const behind = resources.filter((resource) =>
    httpEventsOf(resource).some((properties) => apiIdOf(properties) === IMPLICIT_API_ID),
  );
  const names = [...api.conditions.values()].flatMap((methods) => [...methods.values()]);
  const attributes = implicitAttributes(api.resource, behind, names, conditions);
  return { ...api, resource: { ...api.resource, attributes } };
}

/** The resources with what connectors stand for. */
function connected(
  source: ValueObject,
  written: readonly (readonly [string, Value])[],
): ValueObject {
  const declared = objectOf(source["Resources"]);
  const resources = Object.fromEntries(
    written.map(([logicalId, resource]) => {
      const { Connectors: _, ...rest } = objectOf(resource);
      return [logicalId, rest];
    }),
  );
  const errors: SamError[] = [];
  for (const connector of readConnectors(declared)) {
    collecting({ errors, leftOut: [] }, () =>
      connect(resources, connector, (logicalId) => objectOf(declared[logicalId])["Type"]),
    );
  }
  if (errors.length > 0) {
    throw documentError(errors);
  }
  return resources;
}

/** The template with SAM's resources in the place of what they stood for. */
function written(
  source: ValueObject,
  result: {
    readonly generated: ReadonlyMap<string, ValueObject>;
    readonly names: ReadonlyMap<string, string>;
    readonly conditions: Readonly<Record<string, Value>>;
    /** As the events of functions have changed them. */
    readonly buckets: ReadonlyMap<string, ValueObject>;
  },
): ValueObject {
  const { Globals: _globals, Transform: transform, ...rest } = source;
  const plain = Object.entries(objectOf(source["Resources"])).filter(
    ([, resource]) => !String(objectOf(resource)["Type"]).startsWith("AWS::Serverless::"),
  );
  const taken = plain.find(([logicalId]) => result.generated.has(logicalId));
  if (taken !== undefined) {
    throw new TemplateError(
      `Transforming resource with id ${taken[0]} attempts to create a new resource of the same id.`,
    );
  }
  const others = (isList(transform) ? transform : []).filter((name) => name !== SAM_TRANSFORM);
  const template: Record<string, Value> = {
    ...rest,
    Resources: connected(source, [...plain, ...result.buckets, ...result.generated]),
  };
  if (Object.keys(result.conditions).length > 0) {
    template["Conditions"] = result.conditions;
  }
  if (others.length > 0) {
    template["Transform"] = others;
  }
  return withGeneratedNames(template, result.names) as ValueObject;
}
