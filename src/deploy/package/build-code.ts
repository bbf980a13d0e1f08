/** Builds one function's code into the entries of its package. */

import { OperatorError } from "../../base/operator-error.ts";
import { isObject, type ValueObject } from "../../languages/template/value.ts";
import type { ZipEntry } from "../zip.ts";
import { bundle, ownBuildOptions, samBuildOptions, typescriptHandler } from "./bundle.ts";
import { fileEntry, folderEntries } from "./code-folder.ts";
import { isFolder, type LocalCode } from "./local-code.ts";
import { missingDependencies } from "./node-dependencies.ts";
import { missingRequirements } from "./python-requirements.ts";

export interface BuiltCode {
  readonly entries: readonly ZipEntry[];
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

/** What there is to do. Functions with equal recipes share a package. */
export type Recipe =
  | { readonly kind: "file" | "folder"; readonly location: string; readonly runtime: string }
  | {
      readonly kind: "layer";
      readonly location: string;
      readonly runtime: string;
      /** Where in the layer its content lies. */
      readonly folder: string;
    }
  | { readonly kind: "sam-esbuild"; readonly location: string; readonly properties: ValueObject }
  | { readonly kind: "typescript"; readonly location: string; readonly entry: string };

export function recipeOf(code: LocalCode): Recipe {
  const { logicalId, location, runtime = "", handler = "", metadata } = code;
  if (!isFolder(location)) {
    return { kind: "file", location, runtime };
  }
  const method = metadata["BuildMethod"];
  if (method === "esbuild") {
    const properties = metadata["BuildProperties"];
    return { kind: "sam-esbuild", location, properties: isObject(properties) ? properties : {} };
  }
  const folder = code.isLayer ? layerFolder(String(method)) : undefined;
  if (folder !== undefined) {
    return { kind: "layer", location, runtime: String(method), folder };
  }
  if (method !== undefined && method !== runtime) {
    throw new OperatorError({
      what: `Millrace does not support BuildMethod ${String(method)}.`,
      why: `${logicalId} asks for it in its Metadata.`,
      fix: "Build the code yourself and point CodeUri at the result, or use BuildMethod esbuild.",
    });
  }
  const entry = runtime.startsWith("nodejs") ? typescriptHandler(location, handler) : undefined;
  return entry === undefined
    ? { kind: "folder", location, runtime }
    : { kind: "typescript", location, entry };
}

/**
 * As `sam build` lays it out, for functions to find it.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-layers.html
 */
function layerFolder(method: string): string | undefined {
  return /^(python|nodejs)\d/.exec(method)?.[1];
}

export async function buildCode(recipe: Recipe, logicalId: string): Promise<BuiltCode> {
  const { location } = recipe;
  switch (recipe.kind) {
    case "file":
      return { entries: [await fileEntry(location)], sources: [location], notes: [] };
    case "folder":
      return {
        entries: await folderEntries(location),
        sources: [location],
        notes: missingNotes(logicalId, location, recipe.runtime),
      };
    case "layer": {
      const entries = await folderEntries(location);
      return {
        entries: entries.map((entry) => ({ ...entry, path: `${recipe.folder}/${entry.path}` })),
        sources: [location],
        notes: missingNotes(logicalId, location, recipe.runtime),
      };
    }
    case "sam-esbuild": {
      const options = samBuildOptions(recipe.properties, logicalId);
      return { ...(await bundle({ logicalId, root: location, options })), notes: [] };
    }
    case "typescript": {
      const options = ownBuildOptions(location, recipe.entry);
      return { ...(await bundle({ logicalId, root: location, options })), notes: [] };
    }
  }
}

function missingNotes(logicalId: string, location: string, runtime: string): readonly string[] {
  const python = runtime.startsWith("python") ? missingRequirements(location) : [];
  const node = runtime.startsWith("nodejs") ? missingDependencies(location) : [];
  return [
    ...(python.length === 0
      ? []
      : [
          `${logicalId}: requirements.txt names ${python.join(", ")}, which the code folder does not hold. ` +
            `If Python cannot import it, run: pip install -r ${location}/requirements.txt -t ${location}`,
        ]),
    ...(node.length === 0
      ? []
      : [
          `${logicalId}: package.json names ${node.join(", ")}, and nothing is installed. ` +
            `Run: npm install --prefix ${location}`,
        ]),
  ];
}
