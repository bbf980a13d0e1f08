/**
 * Watches the files an application is built from.
 *
 * The whole project folder is watched, so that a file that a failed build missed is noticed when it
 * comes; what is reported is narrowed to the files that matter. Installed packages and what tools
 * leave behind are not watched.
 */
import path from "node:path";
import { afterDelay } from "../platform/ticker.ts";

export interface WatchOptions {
  /** Absolute, as every path here. */
  readonly directory: string;
  /** Folders and files in it that are none of the application's: the engine's data. */
  readonly except: readonly string[];
  readonly onChange: () => void;
  /** The system refused to watch: what it said. */
  readonly onError: (reason: string) => void;
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
  const isIgnored = (file: string): boolean =>
    options.except.some((excepted) => isWithin(excepted, file)) ||
    path.relative(directory, file).split(path.sep).some(isIgnoredName);
  const watcher = watch(directory, { ignored: isIgnored, ignoreInitial: true });

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

function isIgnoredName(name: string): boolean {
  return IGNORED.has(name);
}

function isWithin(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}
