/**
 * Watches the files an application is built from.
 *
 * The whole project folder is watched, so that a file that a failed build missed is noticed when it
 * comes; what is reported is narrowed to the files that matter. Installed packages, what tools leave
 * behind and log files are not watched: the output of a deployment must not begin the next.
 */
import path from "node:path";
import { afterDelay } from "../platform/ticker.ts";

export interface WatchOptions {
  /** Absolute, as every path here. */
  readonly directory: string;
  /** Folders and files in it that are none of the application's: the engine's data. */
  readonly except: readonly string[];
  /** Files that are none of the application's, wherever they are: where the output goes. */
  readonly exceptFiles: readonly FileIdentity[];
  readonly onChange: () => void;
  /** The system refused to watch: what it said. */
  readonly onError: (reason: string) => void;
}

/** The same whatever the name by which a file was opened. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

export interface Watcher {
  /** From now on only changes of these files, or of files in these folders, are reported. */
  follow(sources: readonly string[]): void;
  /** From now on every change is reported: a build failed, and what mends it is not known. */
  followAll(): void;
  close(): Promise<void>;
}

/** Changes that come together, as editors and formatters make them, are reported once. */
const BURST_MS = 60;

const IGNORED = new Set([
  ".aws-sam",
  ".git",
  ".hg",
  ".idea",
  ".millrace",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".venv",
  ".vscode",
  "__pycache__",
  "cdk.out",
  "node_modules",
]);

/** Resolves once changes are noticed. */
export async function watchFiles(options: WatchOptions): Promise<Watcher> {
  const { watch } = await import("chokidar");
  const { directory } = options;
  let sources: readonly string[] | undefined;
  let cancel: (() => void) | undefined;
  const watcher = watch(directory, {
    ignored: (file, stats) => isIgnored(options, file, stats),
    ignoreInitial: true,
  });

  watcher.on("all", (_event, file) => {
    const matters = sources === undefined || sources.some((source) => isWithin(source, file));
    if (matters && cancel === undefined) {
      cancel = afterDelay(BURST_MS, () => {
        cancel = undefined;
        options.onChange();
      });
    }
  });
  watcher.on("error", (error) => options.onError(String(error)));
  await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
  return {
    follow(given) {
      sources = given;
      watcher.add(given.filter((source) => !isWithin(directory, source)));
    },
    followAll() {
      sources = undefined;
    },
    async close() {
      cancel?.();
      await watcher.close();
    },
  };
}

/** Whether a file or folder is none of the application's; what is known of it may come later. */
export function isIgnored(
  { directory, except, exceptFiles }: Pick<WatchOptions, "directory" | "except" | "exceptFiles">,
  file: string,
  identity?: FileIdentity,
): boolean {
  return (
    except.some((excepted) => isWithin(excepted, file)) ||
    exceptFiles.some(({ dev, ino }) => identity?.dev === dev && identity.ino === ino) ||
    path.relative(directory, file).split(path.sep).some(isIgnoredName)
  );
}

function isIgnoredName(name: string): boolean {
  return IGNORED.has(name) || name.endsWith(".log");
}

function isWithin(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}
