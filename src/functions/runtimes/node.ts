/**
 * Node.js runtimes run on the Node.js that runs Millrace, whatever their version, which is said in the
 * status; another one is used when configured.
 */
import { configuredDoesNotRun, type ManagedInterpreter, type RuntimeFamily } from "./family.ts";
import type { Probe, Probed } from "./interpreter-search.ts";

const PROBE: Probe = {
  arguments: ["-p", "process.execPath + ' ' + process.versions.node"],
  read(output) {
    const space = output.lastIndexOf(" ");
    return { program: output.slice(0, space), version: output.slice(space + 1) };
  },
};

export const nodeFamily: RuntimeFamily = {
  name: "node",
  runtimes: ["nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x"],
  title: "nodejs18.x to nodejs26.x",
  async find(runtime, { configured, search }) {
    if (configured === undefined) {
      return noted(runtime, { program: process.execPath, version: process.versions.node });
    }
    const probed = await search.probe(configured, PROBE);
    if (!probed) {
      throw configuredDoesNotRun(runtime, configured);
    }
    return noted(runtime, probed);
  },
};

function noted(runtime: string, { program, version }: Probed): ManagedInterpreter {
  const wanted = runtime.slice("nodejs".length, -".x".length);
  const note = version.startsWith(`${wanted}.`) ? {} : { note: `runs on Node.js ${version}` };
  return { kind: "node", program, version, ...note };
}
