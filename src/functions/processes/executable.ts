/** Programs: those of the machine, and those that a function or its layers bring. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first of these folders that has such a program; relative folders are passed over. */
export function findExecutable(name: string, folders: readonly string[]): string | undefined {
  return folders
    .filter(path.isAbsolute)
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

/** A path under `/opt` is that of a file of a layer; a later layer is laid over an earlier one. */
export function inLayers(spec: FunctionSpec, file: string): string {
  if (!file.startsWith("/opt/")) {
    return file;
  }
  const inner = file.slice("/opt/".length);
  const found = spec.layerDirectories
    .map((layer) => path.join(layer, inner))
    .filter(isExecutable)
    .at(-1);
  return found ?? file;
}
