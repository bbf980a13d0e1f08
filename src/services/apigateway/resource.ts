/** Resources: the tree of an API's paths, whose nodes have the methods. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Resource } from "../../wire/models/apigateway.gen.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./ids.ts";
import { type ResourceRecord, resources } from "./keys.ts";
import { RESOURCES_MAX } from "./limits.ts";

export function requireResource(tx: ReadTx, apiId: string, id: string): ResourceRecord {
  const resource = isPartName(id) ? resources.get(tx, [apiId, id]) : undefined;
  if (resource === undefined) {
    throw notFound("Invalid Resource identifier specified");
  }
  return resource;
}

export function putResource(tx: WriteTx, apiId: string, resource: ResourceRecord): void {
  resources.put(tx, [apiId, resource.id], resource);
}

export function resourcesOf(tx: ReadTx, apiId: string): readonly ResourceRecord[] {
  return [...resources.list(tx, { prefix: [apiId] })].map(({ record }) => record);
}

/** `/`, `/orders/{id}` */
export function pathOf(tx: ReadTx, apiId: string, resource: ResourceRecord): string {
  const parts: string[] = [];
  let current: ResourceRecord | undefined = resource;
  while (current?.parentId !== undefined) {
    parts.unshift(current.pathPart ?? "");
    current = resources.get(tx, [apiId, current.parentId]);
  }
  return `/${parts.join("/")}`;
}

/** The paths of all resources, by id. */
export function pathsOf(all: readonly ResourceRecord[]): ReadonlyMap<string, string> {
  const byId = new Map(all.map((resource) => [resource.id, resource]));
  const paths = new Map<string, string>();
  const find = (resource: ResourceRecord): string => {
    const known = paths.get(resource.id);
    if (known !== undefined) {
      return known;
    }
    const parent = resource.parentId === undefined ? undefined : byId.get(resource.parentId);
    const above = parent === undefined ? "" : find(parent);
    const path = parent === undefined ? "/" : `${above === "/" ? "" : above}/${resource.pathPart}`;
    paths.set(resource.id, path);
    return path;
  };
  for (const resource of all) {
    find(resource);
  }
  return paths;
}

const PATH_PART = /^(?:[\w.\-:~@!$&'()*+,;=%]+|\{[\w.\-:]+\+?\})$/;

export function checkPathPart(pathPart: string): void {
  if (!PATH_PART.test(pathPart)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
}

/** A new child, which no sibling may be named like. */
export function addResource(
  tx: WriteTx,
  apiId: string,
  place: { readonly parentId: string; readonly pathPart: string },
): ResourceRecord {
  checkPathPart(place.pathPart);
  const parent = requireResource(tx, apiId, place.parentId);
  const all = resourcesOf(tx, apiId);
  checkPlace(all, parent, place.pathPart);
  if (all.length >= RESOURCES_MAX) {
    throw badRequest("Maximum number of Resources for this API has been reached");
  }
  const resource = { id: newId(tx, PART_ID_LENGTH), ...place, methods: {} };
  putResource(tx, apiId, resource);
  return resource;
}

export function checkPlace(
  all: readonly ResourceRecord[],
  parent: ResourceRecord,
  pathPart: string,
): void {
  if (/\+\}$/.test(parent.pathPart ?? "")) {
    throw badRequest(
      `Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`,
    );
  }
  const siblings = all.filter(({ parentId }) => parentId === parent.id);
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const isVariable = (part: string | undefined): boolean => /^\{[^+]+\}$/.test(part ?? "");
  const other = siblings.find((sibling) => isVariable(sibling.pathPart));
  if (isVariable(pathPart) && other !== undefined) {
    throw badRequest(
      `A sibling (${other.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
  }
}

export function removeResource(tx: WriteTx, apiId: string, id: string): void {
  const all = resourcesOf(tx, apiId);
  const gone = new Set([id]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { id: child, parentId } of all) {
      if (parentId !== undefined && gone.has(parentId) && !gone.has(child)) {
        gone.add(child);
        grown = true;
      }
    }
  }
  for (const each of gone) {
    resources.delete(tx, [apiId, each]);
  }
}

/** As answers show it; methods are told in full where the caller asks for them. */
export function shownResource(
  resource: ResourceRecord,
  path: string,
  embed: readonly string[] | undefined,
): Resource {
  const { id, parentId, pathPart, methods } = resource;
  const names = Object.keys(methods);
  return {
    id,
    parentId,
    pathPart,
    path,
    resourceMethods:
      names.length === 0
        ? undefined
        : embed?.includes("methods") === true
          ? methods
          : Object.fromEntries(names.map((name) => [name, {}])),
  };
}
