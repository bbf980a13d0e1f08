/**
 * Finds a handler as the managed runtime does: `folder/file.export.nested`, the file being CommonJS
 * or an ES module by its extension or the nearest `package.json`.
 * Source: the public runtime interface client, https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./node-errors.ts";

export type Handler = (...values: unknown[]) => unknown;

export interface HandlerName {
  /** `src/orders/` or empty. */
  readonly folder: string;
  /** The file without its extension. */
  readonly module: string;
  readonly exportPath: readonly string[];
}

/** The first runtime without handlers that take a callback. */
const CALLBACKS_GONE_VERSION = 24;
const CALLBACK_PARAMETERS = 3;

export function parseHandlerName(handler: string): HandlerName {
  if (handler.includes("..")) {
    throw runtimeError(
      "MalformedHandlerName",
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root ` +
        "directories in handler names.",
    );
  }
  const name = path.basename(handler);
  const dot = name.indexOf(".");
  if (dot === -1) {
    throw runtimeError("MalformedHandlerName", "Bad handler");
  }
  return {
    folder: handler.slice(0, handler.indexOf(name)),
    module: name.slice(0, dot),
    exportPath: name.slice(dot + 1).split("."),
  };
}

export async function loadHandler(options: {
  readonly taskRoot: string;
  readonly handler: string;
  readonly runtime: string;
  /** Called before an ES module is imported. */
  readonly beforeImport: () => void;
}): Promise<Handler> {
  const { handler } = options;
  const name = parseHandlerName(handler);
  const loaded = await loadModule(options, name);
  const found = name.exportPath.reduce<unknown>(
    (value, key) => (value ? (value as Record<string, unknown>)[key] : value),
    loaded,
  );
  if (!found) {
    throw runtimeError("HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof found !== "function") {
    throw runtimeError("HandlerNotFound", `${handler} is not a function`);
  }
  refuseCallbackHandler(options.runtime, found);
  return found as Handler;
}

async function loadModule(
  options: { readonly taskRoot: string; readonly beforeImport: () => void },
  name: HandlerName,
): Promise<unknown> {
  try {
    return await findModule(options, name);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw runtimeError("UserCodeSyntaxError", error);
    }
    if ((error as NodeJS.ErrnoException | undefined)?.code === "MODULE_NOT_FOUND") {
      throw runtimeError("ImportModuleError", error);
    }
    throw error;
  }
}

async function findModule(
  options: { readonly taskRoot: string; readonly beforeImport: () => void },
  name: HandlerName,
): Promise<unknown> {
  const { taskRoot } = options;
  const file = path.resolve(taskRoot, name.folder, name.module);
  const require = createRequire(path.join(taskRoot, "index.js"));
  const load = (found: string): unknown => require(found);
  const importFile = (found: string): Promise<unknown> => {
    options.beforeImport();
    return import(pathToFileURL(found).href);
  };
  if (existsSync(file)) {
    return load(file);
  }
  if (existsSync(`${file}.js`)) {
    const found = `${file}.js`;
    return isModuleFolder(path.dirname(found)) ? importFile(found) : load(found);
  }
  if (existsSync(`${file}.mjs`)) {
    return importFile(`${file}.mjs`);
  }
  if (existsSync(`${file}.cjs`)) {
    return load(`${file}.cjs`);
  }
  return load(require.resolve(name.module, { paths: [taskRoot, name.folder] }));
}

/** Whether `.js` files in a folder are ES modules. */
function isModuleFolder(folder: string): boolean {
  if (folder.endsWith("/node_modules")) {
    return false;
  }
  const manifest = path.join(folder, "package.json");
  if (existsSync(manifest)) {
    try {
      return JSON.parse(readFileSync(manifest, "utf8"))?.type === "module";
    } catch (error) {
      console.warn(
        `${manifest} cannot be read, it will be ignored for ES module detection purposes.`,
        error,
      );
      return false;
    }
  }
  const parent = path.dirname(folder);
  return parent === folder ? false : isModuleFolder(parent);
}

function refuseCallbackHandler(runtime: string, handler: { readonly length: number }): void {
  const version = Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0);
  if (version >= CALLBACKS_GONE_VERSION && handler.length >= CALLBACK_PARAMETERS) {
    throw runtimeError(
      "CallbackHandlerDeprecated",
      "ERROR: AWS Lambda has removed support for callback-based function handlers starting with " +
        "Node.js 24. You need to modify this function to use a supported handler signature to use " +
        "Node.js 24 or later. For more information see " +
        "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
    );
  }
}
