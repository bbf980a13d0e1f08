/**
 * Makes the AWS SDK found where the managed runtime would have it.
 *
 * - `require` finds SDK v3 through `NODE_PATH`, as on AWS, after the function's own `node_modules`.
 * - `import` looks in the folders above the code only. When none of them has the SDK, resolution
 *   falls back to Millrace's once the normal way has failed.
 * - SDK v2 knows no `AWS_ENDPOINT_URL`: its global configuration is pointed at the engine as soon
 *   as the function loads its own copy.
 */
import { existsSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";

interface Internals {
  _initPaths(): void;
  _load(request: string, parent: unknown, isMain: boolean): unknown;
  _cache: Record<string, { readonly exports: unknown } | undefined>;
  registerHooks?(hooks: object): unknown;
  enableCompileCache?(directory: string): unknown;
  register(specifier: string, options: { readonly data: unknown }): void;
}

/** What `require` is made of. */
export const internals: Internals = Module as unknown as Internals;

/** Reads `NODE_PATH` again: it was set after the process had started. */
export function rereadNodePath(): void {
  internals._initPaths();
}

/** Keeps compiled code between processes, where this version of Node.js can. */
export function keepCompiledCode(directory: string): void {
  internals.enableCompileCache?.(directory);
}

/**
 * Measures how long the handler's file waits for what it requires, until `stop`; for an ES module,
 * whose imports come before its code, how long until all of it has run.
 */
export function measureImports(): { stop(): number } {
  const load = internals._load;
  const now = performance.now.bind(performance);
  let depth = 0;
  let isModule = true;
  let spentMs = 0;
  const beganMs = now();
  internals._load = function (request, parent, isMain): unknown {
    // The handler's file itself is at depth 0, what it requires at depth 1.
    const isImport = depth === 1;
    const startedMs = isImport ? now() : 0;
    isModule = false;
    depth += 1;
    try {
      return Reflect.apply(load, this, [request, parent, isMain]);
    } finally {
      depth -= 1;
      spentMs += isImport ? now() - startedMs : 0;
    }
  };
  return {
    stop() {
      internals._load = load;
      return isModule ? now() - beganMs : spentMs;
    },
  };
}

const EMPTY_MODULE = "data:text/javascript,";

/** The first import sets up much of Node.js: a process that waits can do so ahead. */
export function warmUpImports(): void {
  import(EMPTY_MODULE).then(undefined, () => undefined);
}

const SDK_PACKAGE = /^@(?:aws-sdk|smithy)\//;

/** Where resolution runs off the main thread: Node.js before 22.15. */
const OFF_THREAD_HOOKS = `
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
let require;
export function initialize(sdkModule) { require = createRequire(sdkModule); }
export async function resolve(specifier, context, next) {
  try { return await next(specifier, context); } catch (error) {
    if (!${SDK_PACKAGE}.test(specifier)) throw error;
    return next(pathToFileURL(require.resolve(specifier)).href, context);
  }
}`;

/** For ES modules outside the folders that have the SDK above them. */
export function importSdkFrom(sdkDirectory: string, taskRoot: string): void {
  if (hasSdkAbove(taskRoot)) {
    return;
  }
  const sdkModule = path.join(sdkDirectory, "index.js");
  if (!internals.registerHooks) {
    const source = `data:text/javascript,${encodeURIComponent(OFF_THREAD_HOOKS)}`;
    internals.register(source, { data: sdkModule });
    return;
  }
  const require = createRequire(sdkModule);
  type Next = (specifier: string, context: unknown) => unknown;
  internals.registerHooks({
    resolve(specifier: string, context: unknown, next: Next): unknown {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!SDK_PACKAGE.test(specifier)) {
          throw error;
        }
        return next(`file://${require.resolve(specifier)}`, context);
      }
    },
  });
}

function hasSdkAbove(folder: string): boolean {
  if (existsSync(path.join(folder, "node_modules/@aws-sdk"))) {
    return true;
  }
  const parent = path.dirname(folder);
  return parent === folder ? false : hasSdkAbove(parent);
}

/** Points SDK v2 at `AWS_ENDPOINT_URL`, with bucket names in the path. */
export function configureLegacySdk(endpoint: string): void {
  const load = internals._load;
  internals._load = function (request, parent, isMain): unknown {
    const loaded = Reflect.apply(load, this, [request, parent, isMain]);
    if (request.startsWith("aws-sdk") || request.includes("/aws-sdk/")) {
      configureCore(endpoint);
    }
    return loaded;
  };
}

interface LegacyConfig {
  endpoint?: unknown;
  update(options: object): void;
}

const configured = new WeakSet<object>();

function configureCore(endpoint: string): void {
  for (const file of Object.keys(internals._cache)) {
    if (file.endsWith("/aws-sdk/lib/core.js")) {
      const { config } = (internals._cache[file]?.exports ?? {}) as { config?: LegacyConfig };
      if (config && !configured.has(config)) {
        configured.add(config);
        config.update({ endpoint, s3ForcePathStyle: true });
      }
    }
  }
}
