/** All the REST APIs of a template: the declared ones, and the implicit one that events may share. */
import type { Value } from "../../languages/template/value.ts";
import { implicitAttributes } from "./api-conditions.ts";
import type { Globals } from "./globals.ts";
import {
  IMPLICIT_REST_API_ID,
  implicitRestApi,
  openRestApi,
  REST_API_TYPE,
  type RestApi,
  restApiResources,
} from "./rest-api.ts";
import { restApiIdOf } from "./rest-event.ts";
import { objectOf, type Resources, type SamResource } from "./sam-resource.ts";

type Attempt = <T>(run: () => T) => T | undefined;

export function openRestApis(
  resources: readonly SamResource[],
  globals: Globals,
  attempt: Attempt,
): ReadonlyMap<string, RestApi> {
  const declared = resources.filter(({ type }) => type === REST_API_TYPE);
  const needsImplicit =
    !declared.some(({ logicalId }) => logicalId === IMPLICIT_REST_API_ID) &&
    resources.some(hasImplicitEvent);
  const implicit = implicitRestApi(globals[REST_API_TYPE] ?? {});
  const apis = new Map<string, RestApi>();
  for (const resource of needsImplicit ? [...declared, implicit] : declared) {
    const api = attempt(() => openRestApi(resource));
    if (api !== undefined) {
      apis.set(resource.logicalId, api);
    }
  }
  return apis;
}

function hasImplicitEvent(resource: SamResource): boolean {
  return Object.values(objectOf(resource.properties["Events"]))
    .map(objectOf)
    .filter(({ Type: type }) => type === "Api")
    .some(
      ({ Properties: properties }) => restApiIdOf(objectOf(properties)) === IMPLICIT_REST_API_ID,
    );
}

/** What the APIs become; conditions that had to be made go into `conditions`. */
export function restApisResources(
  apis: ReadonlyMap<string, RestApi>,
  samResources: readonly SamResource[],
  conditions: Record<string, Value>,
  attempt: Attempt,
): { readonly resources: Resources; readonly names: ReadonlyMap<string, string> } {
  const shared = { apiIds: [], stages: [], stageKeys: [] };
  const resources: Resources = new Map();
  const names = new Map<string, string>();
  for (const api of apis.values()) {
    const whole = withImplicitAttributes(api, samResources, conditions);
    const written = attempt(() => restApiResources(whole, conditions, shared));
    for (const [id, resource] of written?.resources ?? []) {
      resources.set(id, resource);
    }
    for (const [name, id] of written?.names ?? []) {
      names.set(name, id);
    }
  }
  return { resources, names };
}

function withImplicitAttributes(
  api: RestApi,
  samResources: readonly SamResource[],
  conditions: Record<string, Value>,
): RestApi {
  if (api.resource.logicalId !== IMPLICIT_REST_API_ID || !api.isManaged) {
    return api;
  }
  const behind = samResources.filter(hasImplicitEvent);
  const names = [...api.paths.values()].flatMap((methods) =>
    [...methods.values()].map(({ condition }) => condition),
  );
  const attributes = implicitAttributes(api.resource, behind, names, conditions);
  return { ...api, resource: { ...api.resource, attributes } };
}
