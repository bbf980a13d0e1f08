/** TypeScript and JavaScript bundled with esbuild, by SAM's build properties or by Millrace's own. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { BuildFailure, BuildOptions, Format, Loader } from "esbuild";
import { OperatorError } from "../../base/operator-error.ts";
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import type { ZipEntry } from "../zip.ts";
import { withProjectSources } from "./source-map.ts";

export interface Bundle {
  readonly entries: readonly ZipEntry[];
  /** The files that went into it, dependencies left out: absolute paths. */
  readonly sources: readonly string[];
}

export interface BundleRequest {
  readonly logicalId: string;
  /** Where entry points are looked up: an absolute path. */
  readonly root: string;
  readonly options: BuildOptions;
}

const TYPESCRIPT_EXTENSIONS = [".ts", ".mts", ".cts", ".tsx"];
const SCRIPT_EXTENSIONS = [".js", ".mjs", ".cjs"];

/** A bundle in ESM form may still hold CommonJS packages that call `require`. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * The build properties of `Metadata: BuildMethod: esbuild`, with SAM's defaults.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html
 */
export function samBuildOptions(properties: ValueObject, logicalId: string): BuildOptions {
  const entryPoints = texts(properties["EntryPoints"]);
  if (entryPoints.length === 0) {
    throw new OperatorError({
      what: `${logicalId} cannot be bundled.`,
      why: "Its Metadata has BuildMethod esbuild and names no EntryPoints.",
      fix: "Name the handler's file in Metadata.BuildProperties.EntryPoints.",
    });
  }
  const unknown = Object.keys(properties).find((name) => !KNOWN_PROPERTIES.has(name));
  if (unknown !== undefined) {
    throw new OperatorError({
      what: `Millrace does not support the build property ${unknown}.`,
      why: `${logicalId} has it in its Metadata.BuildProperties.`,
      fix: `Remove it. Known are ${[...KNOWN_PROPERTIES].join(", ")}.`,
    });
  }
  const banner = pairs(properties["Banner"]);
  return {
    entryPoints: [...entryPoints],
    external: [...texts(properties["External"])],
    format: (textOf(properties["Format"]) ?? "cjs") as Format,
    minify: properties["Minify"] !== false,
    sourcemap: properties["Sourcemap"] === true,
    sourcesContent: properties["SourcesContent"] !== false,
    keepNames: properties["KeepNames"] === true,
    target: textOf(properties["Target"]) ?? "es2020",
    loader: pairs(properties["Loader"]) as Record<string, Loader>,
    outExtension: pairs(properties["OutExtension"]),
    ...(Object.keys(banner).length > 0 ? { banner } : {}),
    ...(properties["MainFields"] === undefined
      ? {}
      : { mainFields: [...texts(properties["MainFields"])] }),
  };
}

const KNOWN_PROPERTIES = new Set([
  "Banner",
  "EntryPoints",
  "External",
  "Format",
  "KeepNames",
  "Loader",
  "MainFields",
  "Minify",
  "OutExtension",
  "Sourcemap",
  "SourcesContent",
  "Target",
  "UseNpmCi",
]);

/** The TypeScript file a handler names, when there is no JavaScript to run. */
export function typescriptHandler(root: string, handler: string): string | undefined {
  const dot = handler.lastIndexOf(".");
  const module = dot === -1 ? handler : handler.slice(0, dot);
  const exists = (extension: string): boolean => existsSync(path.join(root, module + extension));
  if (SCRIPT_EXTENSIONS.some(exists)) {
    return undefined;
  }
  const extension = TYPESCRIPT_EXTENSIONS.find(exists);
  return extension && module + extension;
}

/** How a TypeScript handler without build instructions is bundled: its place stays the same. */
export function ownBuildOptions(root: string, entry: string): BuildOptions {
  const isModule = entry.endsWith(".mts") || packageType(root) === "module";
  return {
    entryPoints: [entry],
    outbase: root,
    external: ["@aws-sdk/*"],
    format: isModule ? "esm" : "cjs",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    ...(isModule
      ? { outExtension: { ".js": ".mjs" }, banner: { js: REQUIRE_BANNER } }
      : { outExtension: { ".js": ".cjs" } }),
  };
}

/** `type` in the nearest package.json. */
function packageType(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, "package.json");
    if (existsSync(file)) {
      const { type } = JSON.parse(readFileSync(file, "utf8")) as { type?: string };
      return type;
    }
    if (path.dirname(at) === at) {
      return undefined;
    }
  }
}

export async function bundle(request: BundleRequest): Promise<Bundle> {
  const { root, options } = request;
  const { build } = await import("esbuild");
  try {
    const result = await build({
      ...options,
      absWorkingDir: root,
      bundle: true,
      platform: "node",
      outdir: OUT_FOLDER,
      write: false,
      metafile: true,
      logLevel: "silent",
      plugins: [absentSdkIsExternal],
    });
    const out = path.join(root, OUT_FOLDER);
    return {
      entries: result.outputFiles.map(({ path: file, contents }) => ({
        path: path.relative(out, file).split(path.sep).join("/"),
        bytes: options.sourcemap ? withProjectSources(file, contents) : contents,
        isExecutable: false,
      })),
      sources: Object.keys(result.metafile.inputs)
        .map((file) => path.resolve(root, file))
        .filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`)),
    };
  } catch (error) {
    throw bundleError(request, error);
  }
}

/** Never written: a name under which esbuild says where files would go. */
const OUT_FOLDER = ".millrace-bundle";

/** The runtime has the AWS SDK, so code that does not install it still finds it. */
const absentSdkIsExternal: NonNullable<BuildOptions["plugins"]>[number] = {
  name: "absent-sdk-is-external",
  setup(setup) {
    setup.onResolve({ filter: /^@aws-sdk\// }, async (args) => {
      if (args.pluginData === RESOLVING) {
        return undefined;
      }
      const { kind, resolveDir, importer } = args;
      const found = await setup.resolve(args.path, {
        kind,
        resolveDir,
        importer,
        pluginData: RESOLVING,
      });
      return found.errors.length > 0 ? { path: args.path, external: true } : found;
    });
  },
};

const RESOLVING = Symbol("resolving");

function bundleError(request: BundleRequest, error: unknown): unknown {
  const failure = error as Partial<BuildFailure>;
  const [first] = failure.errors ?? [];
  if (first === undefined) {
    return error;
  }
  const { location } = first;
  const place =
    location === null
      ? request.root
      : `${path.resolve(request.root, location.file)}:${location.line}:${location.column + 1}`;
  const missing = /^Could not resolve "([^"]+)"/.exec(first.text)?.[1];
  return new OperatorError({
    what: `${request.logicalId} could not be bundled.`,
    why: `${first.text} (${place})`,
    fix:
      missing === undefined || missing.startsWith(".")
        ? "Correct the code and deploy again."
        : `Install it (npm install ${missing}), or list it in BuildProperties.External.`,
  });
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function texts(value: Value | undefined): readonly string[] {
  const list = value === undefined ? [] : isList(value) ? value : [value];
  return list.filter((item) => typeof item === "string");
}

/** `[".js=.mjs"]` or `{".js": ".mjs"}`. */
function pairs(value: Value | undefined): Record<string, string> {
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
  }
  return Object.fromEntries(
    texts(value).map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
