/** Looks for programs on this machine, and asks them what they are. */
import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import path from "node:path";

export interface Probed {
  /** Absolute: where the interpreter itself lies, be it behind a link or a shim. */
  readonly program: string;
  readonly version: string;
}

/** How a program is asked for its version, and for what else its family has to know. */
export interface Probe<T extends Probed = Probed> {
  readonly arguments: readonly string[];
  /** Reads its answer, standard output and error together. */
  read(output: string, candidate: string): T | undefined;
}

/** A folder that may hold the program, or one with a folder for each version. */
export type Place = string | VersionFolders;

/** Folders in this one that are named so are looked into, newest first. */
export interface VersionFolders {
  readonly parent: string;
  readonly name: RegExp;
  /** Where the program lies in each: `bin`. */
  readonly inner: string;
}

/** What interpreters are looked for with; replaced in tests. */
export interface InterpreterSearch {
  /** The candidates for a program's name, best first, as absolute paths. */
  candidates(program: string, places: readonly Place[]): Promise<readonly string[]>;
  /** Runs a candidate; `undefined` when it does not work. */
  probe<T extends Probed>(candidate: string, probe: Probe<T>): Promise<T | undefined>;
}

/** How long an interpreter may take to say its version, in milliseconds. */
const PROBE_TIMEOUT_MS = 10_000;

export const systemSearch: InterpreterSearch = {
  async candidates(program, places) {
    const folders = [
      ...(process.env["PATH"] ?? "").split(path.delimiter).filter(path.isAbsolute),
      ...(await Promise.all(places.map(foldersOf))).flat(),
      "/opt/homebrew/bin",
      "/usr/local/bin",
      "/usr/bin",
    ];
    const files = [...new Set(folders)].map((folder) => path.join(folder, program));
    const usable = await Promise.all(files.map(isExecutable));
    return files.filter((_, index) => usable[index]);
  },
  probe<T extends Probed>(
    candidate: string,
    { arguments: given, read }: Probe<T>,
  ): Promise<T | undefined> {
    return new Promise((resolve) => {
      execFile(candidate, given, { timeout: PROBE_TIMEOUT_MS }, (error, stdout, stderr) => {
        resolve(error === null ? read(`${stdout}${stderr}`.trim(), candidate) : undefined);
      });
    });
  },
};

async function foldersOf(place: Place): Promise<readonly string[]> {
  if (typeof place === "string") {
    return [place];
  }
  const { parent, name, inner } = place;
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((each) => name.test(each))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((each) => path.join(parent, each, inner));
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
