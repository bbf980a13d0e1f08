/** Puts a definition into an API: in the place of what there was, or over it. */
import type { WriteTx } from "../../../store/store.ts";
import { badRequest } from "../errors.ts";
import { checkGatewayResponse } from "../gateway-response.ts";
import { given } from "../given.ts";
import { newId, PART_ID_LENGTH } from "../ids.ts";
import { checkIntegrationResponse, completeIntegration } from "../integration.ts";
import {
  authorizers,
  gatewayResponses,
  type MethodRecord,
  models,
  type ResourceRecord,
  type RestApiRecord,
  resources,
  validators,
} from "../keys.ts";
import { checkMethod } from "../method.ts";
import { checkAuthorizer, checkModel, DEFAULT_TTL } from "../parts.ts";
import { addResource, putResource, resourcesOf } from "../resource.ts";
import { addDefaultModels, putApi } from "../rest-api.ts";
import type { DefinedMethod, Definition } from "./definition.ts";
import { withModelAddresses } from "./inline-models.ts";

export function importDefinition(
  tx: WriteTx,
  api: RestApiRecord,
  definition: Definition,
  mode: "merge" | "overwrite",
): RestApiRecord {
  const after = withSettings(api, definition, mode);
  putApi(tx, after);
  if (mode === "overwrite") {
    for (const part of [resources, models, validators, authorizers, gatewayResponses]) {
      part.clear(tx, { prefix: [api.id] });
    }
    putResource(tx, api.id, { id: api.rootResourceId, methods: {} });
    addDefaultModels(tx, api.id);
  }
  putModels(tx, api.id, definition);
  putParts(tx, api.id, definition);
  const byPath = resourcesByPath(tx, api);
  for (const path of definition.paths) {
    resourceAt(tx, api, byPath, path);
  }
  for (const defined of definition.methods) {
    const { id } = resourceAt(tx, api, byPath, defined.path);
    putMethod(tx, api.id, id, defined);
  }
  return after;
}

function withSettings(
  api: RestApiRecord,
  { settings }: Definition,
  mode: "merge" | "overwrite",
): RestApiRecord {
  const { binaryMediaTypes: before = [], ...kept } = api.settings;
  const media = settings.binaryMediaTypes ?? [];
  const all = mode === "overwrite" ? media : [...new Set([...before, ...media])];
  const { name, endpointConfiguration, ...given_ } = settings;
  const merged = {
    ...kept,
    ...given(given_),
    name: name === "" ? api.settings.name : name,
    endpointConfiguration: { ...kept.endpointConfiguration, ...endpointConfiguration },
  };
  return { ...api, settings: all.length === 0 ? merged : { ...merged, binaryMediaTypes: all } };
}

function putModels(tx: WriteTx, apiId: string, definition: Definition): void {
  for (const { name, contentType, schema, description } of definition.models) {
    const text = JSON.stringify(withModelAddresses(schema, apiId));
    checkModel({ name, schema: text });
    const id = models.get(tx, [apiId, name])?.id ?? newId(tx, PART_ID_LENGTH);
    models.put(tx, [apiId, name], {
      id,
      name,
      contentType,
      schema: text,
      ...given({ description }),
    });
  }
}

function putParts(tx: WriteTx, apiId: string, definition: Definition): void {
  const knownValidators = namesOf(tx, validators, apiId);
  for (const validator of definition.validators) {
    const id = knownValidators.get(validator.name) ?? newId(tx, PART_ID_LENGTH);
    validators.put(tx, [apiId, id], { ...validator, id });
  }
  const knownAuthorizers = namesOf(tx, authorizers, apiId);
  for (const authorizer of definition.authorizers) {
    checkAuthorizer("ImportRestApi", authorizer);
    const id = knownAuthorizers.get(authorizer.name) ?? newId(tx, PART_ID_LENGTH);
    const { type } = authorizer;
    const ttl = { authorizerResultTtlInSeconds: DEFAULT_TTL };
    authorizers.put(tx, [apiId, id], { ...ttl, ...given(authorizer), type, id });
  }
  for (const response of definition.gatewayResponses) {
    checkGatewayResponse(response);
    const { responseType } = response;
    gatewayResponses.put(tx, [apiId, responseType], { ...given(response), responseType });
  }
}

type Named = { readonly id: string; readonly name?: string | undefined };

function namesOf(
  tx: WriteTx,
  parts: typeof validators | typeof authorizers,
  apiId: string,
): ReadonlyMap<string, string> {
  const list = [...parts.list(tx, { prefix: [apiId] })] as { readonly record: Named }[];
  return new Map(list.map(({ record }) => [record.name ?? "", record.id]));
}

function resourcesByPath(tx: WriteTx, api: RestApiRecord): Map<string, ResourceRecord> {
  const all = resourcesOf(tx, api.id);
  const byPath = new Map<string, ResourceRecord>();
  const add = (resource: ResourceRecord, path: string): void => {
    byPath.set(path, resource);
    for (const child of all.filter(({ parentId }) => parentId === resource.id)) {
      add(child, `${path === "/" ? "" : path}/${child.pathPart}`);
    }
  };
  const root = all.find(({ parentId }) => parentId === undefined);
  if (root !== undefined) {
    add(root, "/");
  }
  return byPath;
}

/** The resource of a path, made with all above it where it is not there yet. */
function resourceAt(
  tx: WriteTx,
  api: RestApiRecord,
  byPath: Map<string, ResourceRecord>,
  written: string,
): ResourceRecord {
  const path = `/${written.replace(/^\/+|\/+$/g, "")}`;
  const known = byPath.get(path);
  if (known !== undefined) {
    return known;
  }
  const slash = path.lastIndexOf("/");
  const parent = resourceAt(tx, api, byPath, path.slice(0, slash));
  const made = addResource(tx, api.id, { parentId: parent.id, pathPart: path.slice(slash + 1) });
  byPath.set(path, made);
  return made;
}

function putMethod(tx: WriteTx, apiId: string, resourceId: string, defined: DefinedMethod): void {
  const { methodIntegration, ...rest } = defined.method;
  const { validatorName, authorizerName } = defined;
  const method: MethodRecord = {
    ...rest,
    ...given({
      requestValidatorId: validatorName && idOf(tx, validators, apiId, validatorName, "validator"),
      authorizerId: authorizerName && idOf(tx, authorizers, apiId, authorizerName, "authorizer"),
      methodIntegration:
        methodIntegration && completeIntegration("ImportRestApi", methodIntegration, resourceId),
    }),
  };
  checkMethod(tx, apiId, method);
  for (const response of Object.values(methodIntegration?.integrationResponses ?? {})) {
    checkIntegrationResponse(response);
  }
  const resource = resources.get(tx, [apiId, resourceId]);
  if (resource !== undefined) {
    const methods = { ...resource.methods, [method.httpMethod]: method };
    putResource(tx, apiId, { ...resource, methods });
  }
}

function idOf(
  tx: WriteTx,
  parts: typeof validators | typeof authorizers,
  apiId: string,
  name: string,
  what: string,
): string {
  const id = namesOf(tx, parts, apiId).get(name);
  if (id === undefined) {
    throw badRequest(`Invalid OpenAPI input. The ${what} ${name} is not defined`);
  }
  return id;
}
