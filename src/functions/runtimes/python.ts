/**
 * Python runtimes run on the Python of their minor version, or else on the nearest later one, which is
 * said in the status. An earlier Python is not used: the code may need what it lacks.
 */
import { homedir } from "node:os";
import path from "node:path";
import { RuntimeUnavailable } from "../function-host.ts";
import { configuredDoesNotRun, type ManagedInterpreter, type RuntimeFamily } from "./family.ts";
import type { InterpreterSearch, Place, Probe, Probed } from "./interpreter-search.ts";

const MINOR_FIRST = 8;
const MINOR_LAST = 15;

const RUNTIMES = Array.from(
  { length: MINOR_LAST - MINOR_FIRST + 1 },
  (_, index) => `python3.${MINOR_FIRST + index}`,
);

const PROBE: Probe = {
  arguments: ["-c", "import sys; print(sys.executable, sys.version.split()[0])"],
  read(output) {
    const space = output.lastIndexOf(" ");
    return { program: output.slice(0, space), version: output.slice(space + 1) };
  },
};

export const pythonFamily: RuntimeFamily = {
  name: "python",
  runtimes: RUNTIMES,
  title: `python3.${MINOR_FIRST} to python3.${MINOR_LAST}`,
  async find(runtime, { configured, search }) {
    if (configured === undefined) {
      return findPython(runtime, search);
    }
    const probed = await search.probe(configured, PROBE);
    if (!probed) {
      throw configuredDoesNotRun(runtime, configured);
    }
    return noted(runtime, probed);
  },
};

async function findPython(runtime: string, search: InterpreterSearch): Promise<ManagedInterpreter> {
  const first = RUNTIMES.indexOf(runtime);
  for (const name of RUNTIMES.slice(first)) {
    for (const candidate of await search.candidates(name, versionFolders(name))) {
      const probed = await search.probe(candidate, PROBE);
      if (probed) {
        return noted(runtime, probed);
      }
    }
  }
  const version = versionOf(runtime);
  throw new RuntimeUnavailable({
    runtime,
    problem: `No Python ${version} or later was found for ${runtime}.`,
    remedy:
      `Install it (uv python install ${version}, pyenv install ${version}, ` +
      `brew install python@${version} or apt install python${version}), ` +
      `or name an interpreter for ${runtime} in the configuration.`,
  });
}

/** Those of pyenv and uv: the shims on the path may refuse. */
function versionFolders(program: string): readonly Place[] {
  const version = versionOf(program).replace(".", "\\.");
  const pyenv = process.env["PYENV_ROOT"] ?? path.join(homedir(), ".pyenv");
  const uv = path.join(homedir(), ".local/share/uv/python");
  return [
    { parent: path.join(pyenv, "versions"), name: new RegExp(`^${version}\\.`), inner: "bin" },
    { parent: uv, name: new RegExp(`^cpython-${version}\\.`), inner: "bin" },
  ];
}

function noted(runtime: string, { program, version }: Probed): ManagedInterpreter {
  const isOwn = version.startsWith(`${versionOf(runtime)}.`);
  const note = isOwn ? {} : { note: `runs on Python ${version}` };
  return { kind: "python", program, version, ...note };
}

/** `3.12`. */
function versionOf(runtime: string): string {
  return runtime.slice("python".length);
}
