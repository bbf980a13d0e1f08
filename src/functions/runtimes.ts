/**
 * Which interpreter of this machine runs a Lambda runtime.
 *
 * - Node.js runtimes run on the Node.js that runs Millrace, whatever their version, which is said in
 *   the status; another one is used when configured.
 * - Python runtimes run on the Python of their minor version, or else on the nearest later one,
 *   which is said too. An earlier Python is not used: the code may need what it lacks.
 * - `provided` runtimes bring their own `bootstrap`.
 * - All others are refused by name.
 */
import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type RuntimeStatus, RuntimeUnavailable } from "./function-host.ts";

const run = promisify(execFile);

export type RuntimeKind = "node" | "python" | "provided";

export interface Interpreter {
  readonly kind: RuntimeKind;
  /** Absolute; for `provided` the empty text: the bootstrap is the program. */
  readonly program: string;
  readonly version: string;
  readonly note?: string;
}

const NODE_RUNTIMES = ["nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x"];
const PYTHON_MINOR_FIRST = 8;
const PYTHON_MINOR_LAST = 14;
const PROVIDED_RUNTIMES = ["provided.al2", "provided.al2023"];
/** How long an interpreter may take to say its version, in milliseconds. */
const PROBE_TIMEOUT_MS = 10_000;

const PYTHON_RUNTIMES = Array.from(
  { length: PYTHON_MINOR_LAST - PYTHON_MINOR_FIRST + 1 },
  (_, index) => `python3.${PYTHON_MINOR_FIRST + index}`,
);

export interface Runtimes {
  /** Rejects with `RuntimeUnavailable`. */
  find(runtime: string): Promise<Interpreter>;
  statuses(): Promise<readonly RuntimeStatus[]>;
}

/** What interpreters are looked for with; replaced in tests. */
export interface InterpreterSearch {
  /** The candidates for a program's name, best first, as absolute paths. */
  candidates(program: string): Promise<readonly string[]>;
  /** Runs a candidate: its real path and version, or `undefined` when it does not work. */
  probe(
    candidate: string,
    kind: "node" | "python",
  ): Promise<{ readonly program: string; readonly version: string } | undefined>;
}

export function createRuntimes(options: {
  /** Runtime name to the absolute path of the interpreter that shall run it. */
  readonly interpreters: Readonly<Record<string, string>>;
  readonly search?: InterpreterSearch;
}): Runtimes {
  const search = options.search ?? systemSearch;
  const found = new Map<string, Promise<Interpreter>>();
  const find = (runtime: string): Promise<Interpreter> => {
    let interpreter = found.get(runtime);
    if (!interpreter) {
      interpreter = discover(runtime, options.interpreters[runtime], search);
      found.set(runtime, interpreter);
      // One that is installed later shall be found without a restart.
      interpreter.catch(() => found.delete(runtime));
    }
    return interpreter;
  };
  return {
    find,
    statuses: () =>
      Promise.all(
        [...NODE_RUNTIMES, ...PYTHON_RUNTIMES, ...PROVIDED_RUNTIMES].map((runtime) =>
          statusOf(runtime, find(runtime)),
        ),
      ),
  };
}

async function statusOf(runtime: string, found: Promise<Interpreter>): Promise<RuntimeStatus> {
  try {
    const { kind, program, version, note } = await found;
    if (kind === "provided") {
      return { runtime, note: "runs the bootstrap of the function" };
    }
    return { runtime, interpreter: program, version, ...(note ? { note } : {}) };
  } catch (error) {
    if (error instanceof RuntimeUnavailable) {
      return { runtime, remedy: error.remedy };
    }
    throw error;
  }
}

async function discover(
  runtime: string,
  configured: string | undefined,
  search: InterpreterSearch,
): Promise<Interpreter> {
  if (PROVIDED_RUNTIMES.includes(runtime)) {
    return { kind: "provided", program: "", version: runtime };
  }
  const kind = kindOf(runtime);
  if (!kind) {
    throw new RuntimeUnavailable({
      runtime,
      problem: `Millrace does not run ${runtime}.`,
      remedy: `Build the function for provided.al2023 with a bootstrap. Millrace runs ${["nodejs18.x to nodejs24.x", "python3.8 to python3.14", ...PROVIDED_RUNTIMES].join(", ")}.`,
    });
  }
  if (configured !== undefined) {
    return configuredInterpreter(runtime, kind, configured, search);
  }
  return kind === "node" ? ownNode(runtime) : findPython(runtime, search);
}

function kindOf(runtime: string): "node" | "python" | undefined {
  if (NODE_RUNTIMES.includes(runtime)) {
    return "node";
  }
  return PYTHON_RUNTIMES.includes(runtime) ? "python" : undefined;
}

async function configuredInterpreter(
  runtime: string,
  kind: "node" | "python",
  configured: string,
  search: InterpreterSearch,
): Promise<Interpreter> {
  const probed = await search.probe(configured, kind);
  if (!probed) {
    throw new RuntimeUnavailable({
      runtime,
      problem: `The interpreter configured for ${runtime}, ${configured}, does not run.`,
      remedy: "Configure one that does, or none to have it looked for.",
    });
  }
  return { kind, ...probed, ...noteOf(runtime, kind, probed.version) };
}

function ownNode(runtime: string): Interpreter {
  const version = process.versions.node;
  return {
    kind: "node",
    program: process.execPath,
    version,
    ...noteOf(runtime, "node", version),
  };
}

async function findPython(runtime: string, search: InterpreterSearch): Promise<Interpreter> {
  const first = PYTHON_RUNTIMES.indexOf(runtime);
  for (const name of PYTHON_RUNTIMES.slice(first)) {
    for (const candidate of await search.candidates(name)) {
      const probed = await search.probe(candidate, "python");
      if (probed) {
        return { kind: "python", ...probed, ...noteOf(runtime, "python", probed.version) };
      }
    }
  }
  const version = runtime.replace("python", "");
  throw new RuntimeUnavailable({
    runtime,
    problem: `No Python ${version} or later was found for ${runtime}.`,
    remedy:
      `Install it (uv python install ${version}, pyenv install ${version}, ` +
      `brew install python@${version} or apt install python${version}), ` +
      `or name an interpreter for ${runtime} in the configuration.`,
  });
}

function noteOf(runtime: string, kind: "node" | "python", version: string): { note?: string } {
  const wanted = runtime.replace(/^nodejs|^python|\.x$/g, "");
  const title = kind === "node" ? "Node.js" : "Python";
  return version === wanted || version.startsWith(`${wanted}.`)
    ? {}
    : { note: `runs on ${title} ${version}` };
}

const systemSearch: InterpreterSearch = {
  async candidates(program) {
    const folders = [
      ...(process.env["PATH"] ?? "").split(path.delimiter).filter(path.isAbsolute),
      ...(await versionFolders(program)),
      "/opt/homebrew/bin",
      "/usr/local/bin",
      "/usr/bin",
    ];
    const files = [...new Set(folders)].map((folder) => path.join(folder, program));
    const usable = await Promise.all(
      files.map((file) =>
        access(file, constants.X_OK).then(
          () => true,
          () => false,
        ),
      ),
    );
    return files.filter((_, index) => usable[index]);
  },
  async probe(candidate, kind) {
    const argument =
      kind === "node"
        ? ["-p", "process.execPath + ' ' + process.versions.node"]
        : ["-c", "import sys; print(sys.executable, sys.version.split()[0])"];
    try {
      const { stdout } = await run(candidate, argument, { timeout: PROBE_TIMEOUT_MS });
      const answer = stdout.trim();
      const space = answer.lastIndexOf(" ");
      return { program: answer.slice(0, space), version: answer.slice(space + 1) };
    } catch {
      return undefined;
    }
  },
};

/** The folders of pyenv and uv, newest version first: the shims on the path may refuse. */
async function versionFolders(program: string): Promise<readonly string[]> {
  const version = program.replace("python", "");
  const roots = [
    path.join(process.env["PYENV_ROOT"] ?? path.join(homedir(), ".pyenv"), "versions"),
    path.join(homedir(), ".local/share/uv/python"),
  ];
  const folders = await Promise.all(
    roots.map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return names
        .filter((name) => name.replace(/^cpython-/, "").startsWith(`${version}.`))
        .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
        .map((name) => path.join(root, name, "bin"));
    }),
  );
  return folders.flat();
}
