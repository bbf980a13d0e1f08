/** Starts the engine inside this process: for `start` and `dev`. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Cloud, type CloudOptions, createCloud } from "../app/cloud.ts";
import type { FunctionSettings } from "../app/run.ts";
import { VERSION } from "../app/version.ts";
import { EXIT_PORT, OperatorError } from "../base/operator-error.ts";
import { findSandboxTool } from "../functions/sandbox/tool.ts";
import type { Log, LogLevel } from "../platform/log.ts";
import { DATA_FOLDER_MODE } from "../store/lmdb/data-folder.ts";
import type { Durability } from "../store/store.ts";
import { probeEngine } from "./engine.ts";
import type { Terminal } from "./terminal.ts";
import { readTlsFiles, type TlsOptions } from "./tls-files.ts";

export interface LocalEngineOptions extends TlsOptions {
  readonly port: number;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly data: string;
  readonly memory?: boolean;
  readonly durability?: Durability;
  readonly logLevel?: LogLevel;
  /** Runtime name to the path of an interpreter. */
  readonly interpreter?: Readonly<Record<string, string>>;
  /** `ruby`, `java` or `dotnet` to the path of its runtime interface client. */
  readonly runtimeClient?: Readonly<Record<string, string>>;
  /** Container images: a name, or a function's logical id, to a place. */
  readonly image?: Readonly<Record<string, string>>;
  /** ARNs of layer versions of other accounts to their places. */
  readonly layer?: Readonly<Record<string, string>>;
  readonly sandbox?: boolean;
}

export interface LocalEngine extends Cloud {
  readonly directory: string;
  /** Where data is kept: a folder, or `memory`. */
  readonly dataPlace: string;
  /** What functions are kept apart with; absent where they are processes like any other. */
  readonly sandbox: string | undefined;
}

export async function startEngine(
  terminal: Terminal,
  options: LocalEngineOptions,
  events: Pick<CloudOptions, "onFunctionLog" | "onReset" | "functions"> = {},
): Promise<LocalEngine> {
  const tls = readTlsFiles(options);
  const sandbox = options.sandbox === true ? await usableSandbox() : undefined;
  const durability = options.memory === true ? "memory" : (options.durability ?? "durable");
  const isTemporary = durability === "memory";
  const directory = isTemporary
    ? mkdtempSync(path.join(tmpdir(), "millrace-"))
    : prepareFolder(path.resolve(options.data));
  const removeTemporary = async (): Promise<void> => {
    if (isTemporary) {
      await rm(directory, { recursive: true, force: true });
    }
  };
  const { port, host, allowHost } = options;
  const log = terminalLog(terminal, options.logLevel ?? "warn");
  try {
    const cloud = await createCloud({
      directory,
      durability,
      port,
      log,
      ...(host === undefined ? {} : { host }),
      ...(allowHost === undefined ? {} : { allowedHosts: allowHost }),
      ...(tls === undefined ? {} : { tls }),
      ...events,
      images: absolutePaths(options.image ?? {}),
      layers: absolutePaths(options.layer ?? {}),
      functions: {
        ...interpretersOf(options),
        isSandboxed: sandbox !== undefined,
        ...events.functions,
      },
    });
    return {
      ...cloud,
      directory,
      sandbox,
      dataPlace: isTemporary ? "memory" : directory,
      async close() {
        await cloud.close();
        await removeTemporary();
      },
    };
  } catch (error) {
    await removeTemporary();
    throw await withHolder(error, options);
  }
}

async function usableSandbox(): Promise<string> {
  const found = await findSandboxTool();
  if (found.name === undefined) {
    throw new OperatorError({
      what: "Functions cannot be run in sandboxes here.",
      why: found.problem,
      fix: found.remedy,
    });
  }
  return found.name;
}

function interpretersOf({
  interpreter,
  runtimeClient,
}: LocalEngineOptions): Pick<FunctionSettings, "interpreters" | "runtimeClients"> {
  return {
    ...(interpreter === undefined ? {} : { interpreters: absolutePaths(interpreter) }),
    ...(runtimeClient === undefined ? {} : { runtimeClients: absolutePaths(runtimeClient) }),
  };
}

export function absolutePaths(
  interpreters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(interpreters).map(([runtime, file]) => [runtime, path.resolve(file)]),
  );
}

/** A folder of one's own inside a project is none of its version control's business. */
function prepareFolder(directory: string): string {
  if (!existsSync(directory)) {
    try {
      mkdirSync(directory, { recursive: true, mode: DATA_FOLDER_MODE });
      writeFileSync(path.join(directory, ".gitignore"), "*\n");
    } catch {
      // The store says what is wrong with the folder.
    }
  }
  return directory;
}

/** Says when it is a Millrace that holds the port. */
async function withHolder(error: unknown, options: LocalEngineOptions): Promise<unknown> {
  if (!(error instanceof OperatorError) || error.exitCode !== EXIT_PORT) {
    return error;
  }
  const endpoint = `http://127.0.0.1:${options.port}`;
  const holder = await probeEngine(endpoint);
  if (holder === undefined) {
    return error;
  }
  return new OperatorError({
    what: error.message,
    why: `Millrace ${holder.version} answers at ${endpoint} already.`,
    fix: "Use it (`millrace deploy`), stop it, or choose another port with --port.",
    exitCode: error.exitCode,
  });
}

/** A folder below the current one by its relative path. */
function shortPath(place: string): string {
  const relative = path.relative(process.cwd(), place);
  return !path.isAbsolute(place) || relative === "" || relative.startsWith("..") ? place : relative;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** What the engine says of itself: a line a message, fields as JSON behind it. */
function terminalLog(terminal: Terminal, least: LogLevel): Log {
  const { red, yellow, dim } = terminal.errorColors;
  const paint = { debug: dim, info: dim, warn: yellow, error: red };
  return {
    write(level, message, fields) {
      if (SEVERITY[level] >= SEVERITY[least]) {
        const tail = fields === undefined ? "" : ` ${dim(JSON.stringify(fields))}`;
        terminal.warn(`${paint[level](level)} ${message}${tail}`);
      }
    },
  };
}

export function greeting(engine: LocalEngine): string {
  const { endpoint, dataPlace, sandbox } = engine;
  const apart = sandbox === undefined ? "" : `, functions in sandboxes by ${sandbox}`;
  return `Millrace ${VERSION} is ready at ${endpoint} (data in ${shortPath(dataPlace)}${apart})`;
}
