/** Which program a .NET function is started with. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import type { ProgramPlan } from "./family.ts";
import type { Probed } from "./interpreter-search.ts";

type Command = Pick<ProgramPlan, "program" | "arguments">;

export const CLIENT = "Amazon.Lambda.RuntimeSupport";
export const TEST_TOOL = "amazon.lambda.testtool";

/** Rejects with `RuntimeUnavailable` when a class library has no client to run it. */
export async function dotnetProgram(
  spec: FunctionSpec,
  dotnet: Probed,
  configured: string | undefined,
): Promise<Command> {
  const { codeDirectory, handler } = spec;
  if (handler.includes(":")) {
    return classLibrary(spec, dotnet, configured);
  }
  const assembly = path.join(codeDirectory, handler.endsWith(".dll") ? handler : `${handler}.dll`);
  if (existsSync(assembly)) {
    return { program: dotnet.program, arguments: ["exec", assembly] };
  }
  const binary = path.join(codeDirectory, handler);
  return existsSync(binary)
    ? { program: binary, arguments: [] }
    : failing(104, `executable assembly ${assembly} or binary ${binary} not found.`);
}

async function classLibrary(
  spec: FunctionSpec,
  dotnet: Probed,
  configured: string | undefined,
): Promise<Command> {
  const { codeDirectory, environment, handler } = spec;
  const main = environment["LAMBDA_DOTNET_MAIN_ASSEMBLY"] ?? handler.split(":", 1)[0] ?? "";
  const assembly = main.replace(/\.dll$/, "");
  const deps = await described(codeDirectory, assembly, ".deps.json");
  if (deps === undefined) {
    return failing(105, missing(codeDirectory, ".deps.json"));
  }
  const config = await described(codeDirectory, assembly, ".runtimeconfig.json");
  if (config === undefined) {
    return failing(106, missing(codeDirectory, ".runtimeconfig.json"));
  }
  const client = await findClient(spec, configured);
  return {
    program: dotnet.program,
    arguments: ["exec", "--depsfile", deps, "--runtimeconfig", config, client, handler],
  };
}

/** The file of the assembly, or the only one of its kind. */
async function described(
  folder: string,
  assembly: string,
  suffix: string,
): Promise<string | undefined> {
  const own = path.join(folder, `${assembly}${suffix}`);
  if (existsSync(own)) {
    return own;
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix));
  const [only] = names;
  return names.length === 1 && only !== undefined ? path.join(folder, only) : undefined;
}

function missing(folder: string, suffix: string): string {
  return (
    `.NET binaries for Lambda function are not correctly installed in the ${folder} directory of ` +
    `the image when the image was built. The ${folder} directory is missing the required ` +
    `${suffix} file.`
  );
}

/** What the managed runtime says in the log before it ends with this status. */
function failing(status: number, message: string): Command {
  const script = 'echo "Error: $1" 1>&2; exit "$2"';
  return { program: "/bin/sh", arguments: ["-c", script, "sh", message, String(status)] };
}

async function findClient(spec: FunctionSpec, configured: string | undefined): Promise<string> {
  const own = path.join(spec.codeDirectory, `${CLIENT}.dll`);
  // As a NuGet package it is a library; built as a program it has this file beside it.
  const isProgram = existsSync(path.join(spec.codeDirectory, `${CLIENT}.runtimeconfig.json`));
  const client =
    configured === undefined && isProgram && existsSync(own)
      ? own
      : await installedClient(spec.runtime, configured);
  if (client === undefined) {
    throw new RuntimeUnavailable({
      runtime: spec.runtime,
      problem: `${spec.name} is a class library, and ${CLIENT} to run it was not found.`,
      remedy:
        `Install AWS's test tool, which brings it (dotnet tool install -g ${TEST_TOOL}), ` +
        "make the function an executable assembly, or say where the client lies with " +
        "--runtime-client dotnet=FOLDER.",
    });
  }
  return client;
}

/** The configured one, or that of the test tool, for functions that do not bring it. */
export async function installedClient(
  runtime: string,
  configured: string | undefined,
): Promise<string | undefined> {
  const folders = configured === undefined ? await testToolFolders(runtime) : [configured];
  return folders
    .map((folder) => (folder.endsWith(".dll") ? folder : path.join(folder, `${CLIENT}.dll`)))
    .find((file) => existsSync(file));
}

/** Of every version that is installed, the newest first; for the runtime's own framework first. */
async function testToolFolders(runtime: string): Promise<readonly string[]> {
  const store = path.join(homedir(), ".dotnet/tools/.store", TEST_TOOL);
  const versions = await readdir(store).catch(() => []);
  const inner = versions
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((version) => path.join(store, version, TEST_TOOL, version, "content", CLIENT));
  const own = `net${runtime.slice("dotnet".length)}.0`;
  const folders = await Promise.all(
    inner.map(async (folder) => {
      const frameworks = await readdir(folder).catch(() => []);
      const sorted = frameworks.sort((a, b) => Number(b === own) - Number(a === own));
      return sorted.map((framework) => path.join(folder, framework));
    }),
  );
  return folders.flat();
}
