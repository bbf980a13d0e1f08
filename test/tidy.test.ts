/** The rules of STYLE.md that a machine can check. Each names its remedy. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = path.resolve(fileURLToPath(import.meta.url), "../..");

/** The layer table of ARCHITECTURE.md, from the ground up: a layer imports only what is above it. */
const LAYERS = [
  "base",
  "platform",
  "store",
  "wire",
  "languages",
  "functions",
  "outbox",
  "services",
  "delivery",
  "deploy",
  "gateway",
  "app",
  "testing",
  "expert",
  "cli",
];

const FORBIDDEN_IMPORTS: readonly { readonly layer: string; readonly imports: string }[] = [
  { layer: "functions", imports: "wire" },
  { layer: "functions", imports: "store" },
  { layer: "languages", imports: "platform" },
  { layer: "languages", imports: "store" },
  { layer: "gateway", imports: "store" },
  { layer: "store", imports: "wire" },
  { layer: "wire", imports: "store" },
];

/** Folders beside the services that are none: services import them, they import no service. */
const BELOW_SERVICES = ["src/services/api-front"];

const BANNED: readonly {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly where: (file: string) => boolean;
}[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    instead: "the Clock port",
    where: (file) => layerOf(file) !== "platform" && !file.includes("/bootstrap"),
  },
  {
    pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/,
    instead: "the Random port",
    where: (file) => layerOf(file) !== "platform" && !file.includes("/bootstrap"),
  },
  {
    pattern: /\bsetTimeout\(|\bsetInterval\(/,
    instead: "Clock.sleepUntil or a durable timer",
    where: (file) => layerOf(file) !== "platform" && !file.includes("/bootstrap"),
  },
  {
    pattern: /from "node:(fs|http|http2|net|child_process)/,
    instead: "a port: services do no I/O of their own",
    where: (file) => ["services", "languages", "outbox", "base"].includes(layerOf(file)),
  },
  { pattern: /\bexport default\b/, instead: "a named export", where: () => true },
  { pattern: /^\s*(export )?(const )?enum /m, instead: "a union of literals", where: () => true },
  { pattern: /\bTODO\b|\bFIXME\b|\bXXX\b/, instead: "an issue", where: () => true },
];

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

function filesUnder(directory: string): readonly string[] {
  const absolute = path.join(root, directory);
  if (!existsSync(absolute)) {
    return [];
  }
  return readdirSync(absolute, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".gen.ts"))
    .map((file) => path.posix.join(directory, file));
}

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

function layerOf(file: string): string {
  return file.split("/")[1] ?? "";
}

/** Files of `src` that a file imports, relative to the root. */
function importsOf(file: string): readonly string[] {
  const specifiers = [...read(file).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)];
  return specifiers.map(([, specifier]) =>
    path.posix.join(path.posix.dirname(file), specifier ?? ""),
  );
}

const sources = filesUnder("src");
const code = sources.filter((file) => !file.endsWith(".test.ts"));

describe("tidy", () => {
  test("a layer imports only what stands above it in the table", () => {
    const wrong = code.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith("src/"))
        .filter((target) => {
          const [from, to] = [LAYERS.indexOf(layerOf(file)), LAYERS.indexOf(layerOf(target))];
          const forbidden = FORBIDDEN_IMPORTS.some(
            (rule) => rule.layer === layerOf(file) && rule.imports === layerOf(target),
          );
          return to === -1 || to > from || forbidden;
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("every folder of src is a layer", () => {
    const folders = new Set(sources.map(layerOf));
    expect([...folders].filter((folder) => !LAYERS.includes(folder))).toEqual([]);
  });

  test("no service imports another", () => {
    const wrong = code
      .filter((file) => /^src\/services\/[^/]+\//.test(file))
      .flatMap((file) => {
        const own = file.split("/").slice(0, 3).join("/");
        return importsOf(file)
          .filter((target) => /^src\/services\/[^/]+\//.test(target))
          .filter((target) => !target.startsWith(`${own}/`))
          .filter((target) => !BELOW_SERVICES.includes(path.posix.dirname(target)))
          .map((target) => `${file} imports ${target}`);
      });
    expect(wrong).toEqual([]);
  });

  test("no import cycles", () => {
    expect(cycles()).toEqual([]);
  });

  test("banned names have a replacement", () => {
    const wrong = code.flatMap((file) => {
      const text = withoutComments(read(file));
      return BANNED.filter((rule) => rule.where(file) && rule.pattern.test(text)).map(
        (rule) => `${file}: ${rule.pattern.source}: use ${rule.instead}`,
      );
    });
    expect(wrong).toEqual([]);
  });

  test(`files have at most ${FILE_LINES_MAX} lines`, () => {
    const all = [...sources, ...filesUnder("test"), ...filesUnder("bench")];
    const long = all
      .map((file) => ({ file, lines: read(file).split("\n").length - 1 }))
      .filter(({ lines }) => lines > FILE_LINES_MAX);
    expect(long).toEqual([]);
  });

  test(`functions have at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = code.flatMap((file) => longFunctions(file));
    expect(long).toEqual([]);
  });

  test("files are named in kebab-case, for a concept", () => {
    const wrong = sources.filter((file) => {
      const name = path.basename(file).replace(/\.(test\.)?ts$/, "");
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|common|misc)$/.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test("an operation's file, export and listing have one name", () => {
    const wrong = code
      .filter((file) => /^src\/(services|deploy)\/[^/]+\/operations\//.test(file))
      .filter((file) => {
        const camel = path
          .basename(file, ".ts")
          .replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
        const exported = new RegExp(`export (const|async function|function) ${camel}\\b`, "i");
        return !exported.test(read(file));
      });
    expect(wrong).toEqual([]);
  });

  test("every service says what it supports, and what it does not", () => {
    const services = new Set(
      code
        .filter((file) => /^src\/services\/[^/]+\//.test(file))
        .map((file) => file.split("/").slice(0, 3).join("/"))
        .filter((folder) => !BELOW_SERVICES.includes(folder)),
    );
    const wrong = [...services].filter((folder) => {
      const readme = path.join(root, folder, "README.md");
      return !existsSync(readme) || !/## Gaps/.test(readFileSync(readme, "utf8"));
    });
    expect(wrong).toEqual([]);
  });

  test("skipped tests carry a reason, none is exclusive", () => {
    const tests = [...sources, ...filesUnder("test")].filter((file) => file.endsWith(".test.ts"));
    const wrong = tests.filter(
      (file) =>
        file !== "test/tidy.test.ts" && /\b(it|test|describe)\.(only|todo)\b/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** Top-level functions, by the lines between `function` and the brace in the first column. */
function longFunctions(file: string): readonly string[] {
  const lines = read(file).split("\n");
  const found: string[] = [];
  let start: number | undefined;
  lines.forEach((line, index) => {
    if (/^(export )?(async )?function\*? /.test(line)) {
      start = index;
    }
    if (start !== undefined && line === "}") {
      if (index - start + 1 > FUNCTION_LINES_MAX) {
        found.push(`${file}:${start + 1} has ${index - start + 1} lines`);
      }
      start = undefined;
    }
  });
  return found;
}

function cycles(): readonly string[] {
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "done" || !code.includes(file)) {
      return;
    }
    if (state.get(file) === "open") {
      found.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const target of runtimeImports(file)) {
      visit(target, [...trail, file]);
    }
    state.set(file, "done");
  };
  for (const file of code) {
    visit(file, []);
  }
  return found;
}

/** Type-only imports vanish when compiled, so they close no cycle. */
function runtimeImports(file: string): readonly string[] {
  const text = read(file).replace(/import type [^;]+;/g, "");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, specifier]) =>
    path.posix.join(path.posix.dirname(file), specifier ?? ""),
  );
}
