/**
 * Container engines of this machine, by their command lines: what images they have is saved into an
 * archive, and images are built with them where a template asks for that. None is needed.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { findExecutable } from "../processes/executable.ts";

export interface ContainerEngine {
  readonly name: string;
  /** Writes the image of a name into an archive; `undefined` when it did, or else why not. */
  save(reference: string, file: string): Promise<string | undefined>;
  /** Builds a Dockerfile; `undefined` when it did, or else the end of what it said. */
  build(build: ImageBuild): Promise<string | undefined>;
}

export interface ImageBuild {
  /** The name of the image: `orders:latest`. */
  readonly reference: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly architecture: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly target: string | undefined;
}

export interface ContainerEngines {
  /** Those that answer, best first. */
  readonly live: readonly ContainerEngine[];
  /** A sentence for each that does not: `podman is not installed.` */
  readonly problems: readonly string[];
}

const NAMES = ["docker", "podman"];
const ANSWER_MS_MAX = 10_000;
const SAVE_MS_MAX: number = 10 * 60_000;
const BUILD_MS_MAX: number = 60 * 60_000;
const OUTPUT_MAX: number = 64 * 1024 * 1024;
/** Of what a failed command said, in characters. */
const REASON_MAX = 2_000;

/** Asks each, so that one that is installed but not running is told. */
export async function findContainerEngines(
  searchPath: string = process.env["PATH"] ?? "",
): Promise<ContainerEngines> {
  const live: ContainerEngine[] = [];
  const problems: string[] = [];
  for (const name of NAMES) {
    const program = findExecutable(name, searchPath.split(path.delimiter));
    if (program === undefined) {
      problems.push(`${name} is not installed.`);
      continue;
    }
    const problem = await run(program, ["version"], ANSWER_MS_MAX);
    if (problem === undefined) {
      live.push(engineOf(name, program));
    } else {
      problems.push(`${name}: ${lastLine(problem)}`);
    }
  }
  return { live, problems };
}

function engineOf(name: string, program: string): ContainerEngine {
  return {
    name,
    async save(reference, file) {
      const missing = await run(program, ["image", "inspect", reference], ANSWER_MS_MAX);
      return missing === undefined
        ? run(program, ["save", "-o", file, reference], SAVE_MS_MAX)
        : lastLine(missing);
    },
    build: ({ reference, dockerfile, context, architecture, arguments: given, target }) =>
      run(
        program,
        [
          ...["build", "--tag", reference, "--file", dockerfile],
          ...["--platform", `linux/${architecture}`],
          ...Object.entries(given).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]),
          ...(target === undefined ? [] : ["--target", target]),
          context,
        ],
        BUILD_MS_MAX,
      ),
  };
}

/** `undefined` when it ends well, or else what it said. */
function run(
  program: string,
  given: readonly string[],
  timeout: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, given, { timeout, maxBuffer: OUTPUT_MAX }, (error, stdout, stderr) =>
      resolve(
        error === null
          ? undefined
          : `${stderr.trim() || stdout.trim() || error.message}`.slice(-REASON_MAX),
      ),
    );
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
