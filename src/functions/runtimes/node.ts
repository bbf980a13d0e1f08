/**
 * Node.js runtimes run on a Node.js of their major version: the one that runs Millrace, or one that a
 * version manager has installed. Where there is none they run on the one that runs Millrace, whatever
 * its version, which is said in the status.
 */
import { homedir } from "node:os";
import path from "node:path";
import { configuredDoesNotRun, type ManagedInterpreter, type RuntimeFamily } from "./family.ts";
import type { InterpreterSearch, Place, Probe, Probed } from "./interpreter-search.ts";

const PROBE: Probe = {
  arguments: ["-p", "process.execPath + ' ' + process.versions.node"],
  read(output) {
    const space = output.lastIndexOf(" ");
    return { program: output.slice(0, space), version: output.slice(space + 1) };
  },
};

const OWN: Probed = { program: process.execPath, version: process.versions.node };

export const nodeFamily: RuntimeFamily = {
  name: "node",
  runtimes: ["nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x"],
  title: "nodejs18.x to nodejs26.x",
  async find(runtime, { configured, search }) {
    if (configured === undefined) {
      return noted(runtime, (await findNode(runtime, search)) ?? OWN);
    }
    const probed = await search.probe(configured, PROBE);
    if (!probed) {
      throw configuredDoesNotRun(runtime, configured);
    }
    return noted(runtime, probed);
  },
};

async function findNode(runtime: string, search: InterpreterSearch): Promise<Probed | undefined> {
  if (isOf(OWN.version, runtime)) {
    return OWN;
  }
  for (const candidate of await search.candidates("node", places(majorOf(runtime)))) {
    const probed = await search.probe(candidate, PROBE);
    if (probed && isOf(probed.version, runtime)) {
      return probed;
    }
  }
  return undefined;
}

/** Those of nvm, fnm, Volta, mise, asdf, nodenv, n and Homebrew. */
function places(major: string): readonly Place[] {
  const home = homedir();
  const nvm = process.env["NVM_DIR"] ?? path.join(home, ".nvm");
  const volta = process.env["VOLTA_HOME"] ?? path.join(home, ".volta");
  const fnm = [
    ...(process.env["FNM_DIR"] === undefined ? [] : [process.env["FNM_DIR"]]),
    path.join(home, ".local/share/fnm"),
    path.join(home, "Library/Application Support/fnm"),
  ];
  const name = new RegExp(`^v?${major}\\.`);
  const inner = "bin";
  return [
    { parent: path.join(nvm, "versions/node"), name, inner },
    ...fnm.map((folder) => ({
      parent: path.join(folder, "node-versions"),
      name,
      inner: "installation/bin",
    })),
    { parent: path.join(volta, "tools/image/node"), name, inner },
    { parent: path.join(home, ".local/share/mise/installs/node"), name, inner },
    { parent: path.join(home, ".asdf/installs/nodejs"), name, inner },
    { parent: path.join(home, ".nodenv/versions"), name, inner },
    { parent: "/usr/local/n/versions/node", name, inner },
    path.join("/opt/homebrew/opt", `node@${major}`, inner),
  ];
}

function majorOf(runtime: string): string {
  return runtime.slice("nodejs".length, -".x".length);
}

function isOf(version: string, runtime: string): boolean {
  return version.startsWith(`${majorOf(runtime)}.`);
}

function noted(runtime: string, { program, version }: Probed): ManagedInterpreter {
  const note = isOf(version, runtime) ? {} : { note: `runs on Node.js ${version}` };
  return { kind: "node", program, version, ...note };
}
