/** Registries: their names, and finding them. */
import { formatArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { badRequest, registryNotFound } from "./errors.ts";
import { type Owner, ownerKey, type Registry, registries } from "./keys.ts";

/** Where discoverers put what they find. */
export const DISCOVERED = "discovered-schemas";

export function registryArn({ accountId, region }: Owner, name: string): string {
  return formatArn({ service: "schemas", region, accountId, resource: `registry/${name}` });
}

export function requireRegistry(tx: ReadTx, owner: Owner, name: string): Registry {
  const registry = registries.get(tx, [...ownerKey(owner), name]);
  if (registry === undefined) {
    throw registryNotFound(name);
  }
  return registry;
}

export function putRegistry(tx: WriteTx, owner: Owner, name: string, registry: Registry): void {
  registries.put(tx, [...ownerKey(owner), name], registry);
}

/** `aws.` is for AWS alone. */
export function checkRegistryName(name: string): void {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw badRequest(
      "Registry name must be 1 to 64 characters of a-z, A-Z, 0-9, '.', '_' and '-'.",
    );
  }
  if (name.startsWith("aws.")) {
    throw badRequest("Registry name must not begin with 'aws.'.");
  }
}

export function describedRegistry(
  owner: Owner,
  name: string,
  registry: Registry,
): {
  readonly RegistryName: string;
  readonly RegistryArn: string;
  readonly Tags: Readonly<Record<string, string>>;
} {
  return { RegistryName: name, RegistryArn: registryArn(owner, name), Tags: registry.tags };
}

/** A name that the model lets callers leave out. */
export function requiredName(name: string | undefined): string {
  if (name === undefined) {
    throw badRequest("RegistryName is required.");
  }
  return name;
}
