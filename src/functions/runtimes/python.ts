/**
 * Python runtimes run on the Python of their minor version, or else on the nearest later one, which is
 * said in the status. An earlier Python is not used: the code may need what it lacks.
 *
 * Lambda's Python runtimes contain boto3. A Python without it borrows that of an earlier one on this
 * machine: boto3 and its dependencies are pure Python, so what runs on one runs on later ones.
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

interface ProbedPython extends Probed {
  /** The folder of packages that has boto3. */
  readonly sdkDirectory?: string;
}

const QUESTION = `import importlib.util, os, sys
print(sys.executable, sys.version.split()[0])
spec = importlib.util.find_spec("boto3")
print(os.path.dirname(os.path.dirname(spec.origin)) if spec and spec.origin else "")`;

const PROBE: Probe<ProbedPython> = {
  arguments: ["-c", QUESTION],
  read(output) {
    const [first = "", sdkDirectory = ""] = output.split("\n");
    const space = first.lastIndexOf(" ");
    return {
      program: first.slice(0, space),
      version: first.slice(space + 1),
      ...(sdkDirectory === "" ? {} : { sdkDirectory }),
    };
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
    return interpreterOf(runtime, probed, search);
  },
};

async function findPython(runtime: string, search: InterpreterSearch): Promise<ManagedInterpreter> {
  const first = RUNTIMES.indexOf(runtime);
  for (const name of RUNTIMES.slice(first)) {
    for await (const probed of pythonsNamed(name, search)) {
      return interpreterOf(runtime, probed, search);
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

async function* pythonsNamed(
  name: string,
  search: InterpreterSearch,
): AsyncGenerator<ProbedPython> {
  for (const candidate of await search.candidates(name, versionFolders(name))) {
    const probed = await search.probe(candidate, PROBE);
    if (probed) {
      yield probed;
    }
  }
}

async function interpreterOf(
  runtime: string,
  { program, version, sdkDirectory }: ProbedPython,
  search: InterpreterSearch,
): Promise<ManagedInterpreter> {
  const lender = sdkDirectory === undefined ? await findLender(version, search) : undefined;
  const notes = [
    ...(version.startsWith(`${versionOf(runtime)}.`) ? [] : [`runs on Python ${version}`]),
    ...(lender === undefined ? [] : [`boto3 of Python ${lender.version}`]),
  ];
  return {
    kind: "python",
    program,
    version,
    ...(notes.length === 0 ? {} : { note: notes.join(", ") }),
    ...(lender?.sdkDirectory === undefined ? {} : { sdkDirectory: lender.sdkDirectory }),
  };
}

/** The latest Python up to this version that has boto3. */
async function findLender(
  version: string,
  search: InterpreterSearch,
): Promise<ProbedPython | undefined> {
  const own = RUNTIMES.findIndex((name) => version.startsWith(`${versionOf(name)}.`));
  for (const name of RUNTIMES.slice(0, own + 1).toReversed()) {
    for await (const probed of pythonsNamed(name, search)) {
      if (probed.sdkDirectory !== undefined) {
        return probed;
      }
    }
  }
  return undefined;
}

/** `3.12`. */
function versionOf(runtime: string): string {
  return runtime.slice("python".length);
}
