/** Sandboxes of this machine: with which tool, and for which functions. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { RuntimeUnavailable } from "../function-host.ts";
import type { ProcessView } from "../processes/process-view.ts";
import { findSandboxTool, type NoSandbox, type SandboxTool } from "./tool.ts";
import { type CodePlaces, codeView, type ImagePlaces, imageView } from "./view.ts";

type ToolPlaces = "tool" | "emptyDirectory";

export interface Sandboxes {
  /** Whether functions of packages run in one too: those of images always do. */
  readonly isForAll: boolean;
  /** Rejects with `RuntimeUnavailable` where the machine has none. */
  ofCode(runtime: string, places: Omit<CodePlaces, ToolPlaces>): Promise<ProcessView>;
  ofImage(runtime: string, places: Omit<ImagePlaces, ToolPlaces>): Promise<ProcessView>;
}

export function createSandboxes(options: {
  readonly isForAll: boolean;
  readonly cacheDirectory: string;
  readonly find?: (() => Promise<SandboxTool | NoSandbox>) | undefined;
}): Sandboxes {
  const { find = findSandboxTool, isForAll } = options;
  const emptyDirectory = path.join(options.cacheDirectory, "sandbox");
  let found: Promise<SandboxTool | NoSandbox> | undefined;
  const tool = async (runtime: string): Promise<SandboxTool> => {
    found ??= find();
    const one = await found;
    if (one.name === undefined) {
      // One that is installed later shall be found without a restart.
      found = undefined;
      throw new RuntimeUnavailable({ runtime, ...one });
    }
    mkdirSync(emptyDirectory, { recursive: true });
    return one;
  };
  return {
    isForAll,
    ofCode: async (runtime, places) =>
      codeView({ ...places, tool: await tool(runtime), emptyDirectory }),
    ofImage: async (runtime, places) =>
      imageView({ ...places, tool: await tool(runtime), emptyDirectory }),
  };
}
