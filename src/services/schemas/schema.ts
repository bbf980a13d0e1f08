/** Schemas and their versions. */
import { formatArn } from "../../base/arn.ts";
import { parseJsonObject } from "../../base/json.ts";
import { draft4Of } from "../../languages/event-schema/schema-document.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { badRequest, schemaNotFound, versionNotFound } from "./errors.ts";
import {
  type Owner,
  ownerKey,
  type Schema,
  schemas,
  shapes,
  type Version,
  versions,
} from "./keys.ts";

export interface SchemaName {
  readonly registry: string;
  readonly name: string;
}

/** As an operation names it. */
export function schemaNameOf(input: {
  readonly RegistryName: string;
  readonly SchemaName: string;
}): SchemaName {
  return { registry: input.RegistryName, name: input.SchemaName };
}

export function schemaArn({ accountId, region }: Owner, { registry, name }: SchemaName): string {
  const resource = `schema/${registry}/${name}`;
  return formatArn({ service: "schemas", region, accountId, resource });
}

export function schemaKey(owner: Owner, { registry, name }: SchemaName): readonly string[] {
  return [...ownerKey(owner).map(String), registry, name];
}

export function findSchema(tx: ReadTx, owner: Owner, name: SchemaName): Schema | undefined {
  return schemas.get(tx, schemaKey(owner, name));
}

export function requireSchema(tx: ReadTx, owner: Owner, name: SchemaName): Schema {
  const schema = findSchema(tx, owner, name);
  if (schema === undefined) {
    throw schemaNotFound(name.name);
  }
  return schema;
}

/** A version by its number as text; the last one there is unless said. */
export function requireVersion(
  tx: ReadTx,
  owner: Owner,
  name: SchemaName,
  wanted: string | undefined,
): Version & { readonly number: string } {
  requireSchema(tx, owner, name);
  const key = schemaKey(owner, name);
  if (wanted === undefined) {
    const [last] = versions.list(tx, { prefix: key, reverse: true, limit: 1 });
    if (last === undefined) {
      throw schemaNotFound(name.name);
    }
    return { ...last.record, number: String(last.id[key.length]) };
  }
  const version = /^\d{1,9}$/.test(wanted) ? versions.get(tx, [...key, Number(wanted)]) : undefined;
  if (version === undefined) {
    throw versionNotFound(name.name, wanted);
  }
  return { ...version, number: wanted };
}

/** Adds a version, to a new schema or to one that is there. */
export function addVersion(
  tx: WriteTx,
  owner: Owner,
  name: SchemaName,
  added: {
    readonly before: Schema | undefined;
    readonly changes: Partial<Schema> & Pick<Schema, "type">;
    readonly content: string;
  },
): Schema {
  const { before, changes, content } = added;
  const number = (before?.lastVersion ?? 0) + 1;
  const schema: Schema = {
    tags: {},
    ...before,
    ...changes,
    modifiedMs: tx.nowMs,
    lastVersion: number,
    versionCount: (before?.versionCount ?? 0) + 1,
  };
  const key = schemaKey(owner, name);
  versions.put(tx, [...key, number], { type: schema.type, content, createdMs: tx.nowMs });
  schemas.put(tx, key, schema);
  return schema;
}

export function deleteSchemaRecords(tx: WriteTx, owner: Owner, name: SchemaName): void {
  const key = schemaKey(owner, name);
  schemas.delete(tx, key);
  shapes.delete(tx, key);
  versions.clear(tx, { prefix: key });
}

export function checkSchemaName(name: string): void {
  if (!/^[\w.@-]{1,385}$/.test(name)) {
    throw badRequest(
      "Schema name must be 1 to 385 characters of a-z, A-Z, 0-9, '.', '_', '-' and '@'.",
    );
  }
}

/** Whether a text is a document of its type, as far as EventBridge looks. */
export function checkContent(type: string, content: string): void {
  const document = parseJsonObject(content);
  if (document === undefined) {
    throw badRequest("Content is not a valid JSON document.");
  }
  if (type === "OpenApi3") {
    const { openapi, info, paths } = document;
    const isOpenApi =
      typeof openapi === "string" &&
      openapi.startsWith("3.") &&
      typeof info === "object" &&
      typeof paths === "object";
    if (!isOpenApi) {
      throw badRequest("Content is not a valid OpenAPI 3 document.");
    }
  }
}

/** As another type; only OpenAPI can be exported, to JSON Schema. */
export function exported(version: Version, type: string): string {
  if (version.type === type) {
    return version.content;
  }
  const document = type === "JSONSchemaDraft4" ? parseJsonObject(version.content) : undefined;
  const schema = document && draft4Of(document);
  if (schema === undefined) {
    throw badRequest(`A schema of type ${version.type} cannot be exported as ${type}.`);
  }
  return JSON.stringify(schema);
}

export interface SchemaAnswer {
  readonly SchemaArn: string;
  readonly SchemaName: string;
  readonly SchemaVersion: string;
  readonly Type: string;
  readonly Description: string | undefined;
  readonly Tags: Readonly<Record<string, string>>;
  readonly LastModified: Date;
  readonly VersionCreatedDate: Date;
}

export function describedSchema(
  owner: Owner,
  name: SchemaName,
  described: {
    readonly schema: Schema;
    readonly version: Version & { readonly number: string };
  },
): SchemaAnswer {
  const { schema, version } = described;
  return {
    SchemaArn: schemaArn(owner, name),
    SchemaName: name.name,
    SchemaVersion: version.number,
    Type: version.type,
    Description: schema.description,
    Tags: schema.tags,
    LastModified: new Date(schema.modifiedMs),
    VersionCreatedDate: new Date(version.createdMs),
  };
}
