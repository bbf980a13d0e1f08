/** Folders of a function's layers: a later layer is laid over an earlier one, so it comes first. */
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";

export function layersFirst(spec: FunctionSpec, folder: string): readonly string[] {
  return [...spec.layerDirectories].reverse().map((layer) => path.join(layer, folder));
}
