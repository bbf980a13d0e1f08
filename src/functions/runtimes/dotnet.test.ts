import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RuntimeUnavailable } from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { dotnetFamily } from "./dotnet.ts";
import { fakeMachine } from "./fake-machine.ts";
import type { Finding, ProgramInterpreter, ProgramPlan } from "./family.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-dotnet-"));
  vi.stubEnv("HOME", at("home"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const at = (...parts: readonly string[]) => path.join(directory, ...parts);

function write(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(at(path.dirname(file)), { recursive: true });
    writeFileSync(at(file), "");
  }
}

const DOTNET = `Microsoft.AspNetCore.App 8.0.11 [/usr/share/dotnet/shared]
Microsoft.NETCore.App 8.0.4 [/usr/share/dotnet/shared]
Microsoft.NETCore.App 8.0.11 [/usr/share/dotnet/shared]
Microsoft.NETCore.App 9.0.1 [/usr/share/dotnet/shared]
`;

function find(runtime: string, finding: Partial<Finding> = {}): Promise<ProgramInterpreter> {
  const search = fakeMachine({ "/usr/share/dotnet/dotnet": DOTNET });
  const found = dotnetFamily.find(runtime, {
    search,
    configured: undefined,
    client: undefined,
    ...finding,
  });
  return found as Promise<ProgramInterpreter>;
}

async function planOf(
  handler: string,
  { client, runtime = "dotnet8" }: { readonly client?: string; readonly runtime?: string } = {},
): Promise<ProgramPlan> {
  const { plan } = await find(runtime, { client });
  const spec = specOf("f", at("code"), { runtime, handler, memoryMb: 512 });
  return plan({ spec, sandboxDirectory: at("box"), isOptShown: false, debuggerPort: undefined });
}

const LIBRARY = "Shop::Shop.Function::Handle";

describe("dotnet", () => {
  test("find: one host has several versions: the newest of its own, or the nearest later", async () => {
    expect(await find("dotnet8")).toMatchObject({
      program: "/usr/share/dotnet/dotnet",
      version: "8.0.11",
    });
    expect(await find("dotnet6")).toMatchObject({
      note: "runs on .NET 8.0.4, without Amazon.Lambda.RuntimeSupport",
      remedy:
        "Functions that are class libraries need it: dotnet tool install -g amazon.lambda.testtool",
    });
    await expect(find("dotnet10")).rejects.toThrow(
      "No .NET 10 or later was found for dotnet10. Install it " +
        "(https://dotnet.microsoft.com/download/dotnet/10.0, brew install dotnet@10 or " +
        "apt install dotnet-runtime-10.0), or name an interpreter with --interpreter dotnet10=PATH.",
    );
  });

  test("plan: an executable assembly is run as it is", async () => {
    write("code/Shop.dll");
    expect(await planOf("Shop")).toEqual({
      program: "/usr/share/dotnet/dotnet",
      arguments: ["exec", at("code/Shop.dll")],
      workingDirectory: at("code"),
      environment: {
        DOTNET_ROOT: "/usr/share/dotnet",
        DOTNET_GCHeapHardLimit: "0x18000000",
        DOTNET_CLI_TELEMETRY_OPTOUT: "1",
      },
      takesWrapper: true,
      takesLogFrames: true,
    });
    expect((await planOf("Shop", { runtime: "dotnet6" })).environment).toMatchObject({
      DOTNET_ROLL_FORWARD: "Major",
    });
  });

  test("plan: a binary of the handler's name; neither is told as AWS's runtime tells it", async () => {
    expect((await planOf("Shop")).arguments.slice(3)).toEqual([
      `executable assembly ${at("code/Shop.dll")} or binary ${at("code/Shop")} not found.`,
      "104",
    ]);
    write("code/Shop");
    expect(await planOf("Shop")).toMatchObject({ program: at("code/Shop"), arguments: [] });
  });

  test("plan: a class library is run by the client of AWS's test tool, the newest", async () => {
    const store = "home/.dotnet/tools/.store/amazon.lambda.testtool";
    const client = (version: string, framework: string) =>
      `${store}/${version}/amazon.lambda.testtool/${version}/content/Amazon.Lambda.RuntimeSupport/${framework}/Amazon.Lambda.RuntimeSupport.dll`;
    write(
      "code/Shop.deps.json",
      "code/Shop.runtimeconfig.json",
      client("0.9.0", "net8.0"),
      client("0.10.0", "net8.0"),
      client("0.10.0", "net9.0"),
    );
    expect((await planOf(LIBRARY)).arguments).toEqual([
      "exec",
      "--depsfile",
      at("code/Shop.deps.json"),
      "--runtimeconfig",
      at("code/Shop.runtimeconfig.json"),
      at(client("0.10.0", "net8.0")),
      LIBRARY,
    ]);
    write("given/Amazon.Lambda.RuntimeSupport.dll");
    expect((await planOf(LIBRARY, { client: at("given") })).arguments[5]).toBe(
      at("given/Amazon.Lambda.RuntimeSupport.dll"),
    );
  });

  test("plan: the package's own client counts when it was built as a program", async () => {
    write(
      "code/Shop.deps.json",
      "code/Shop.runtimeconfig.json",
      "code/Amazon.Lambda.RuntimeSupport.dll",
    );
    await expect(planOf(LIBRARY)).rejects.toThrow(RuntimeUnavailable);
    await expect(planOf(LIBRARY)).rejects.toThrow(
      "f is a class library, and Amazon.Lambda.RuntimeSupport to run it was not found. Install " +
        "AWS's test tool, which brings it (dotnet tool install -g amazon.lambda.testtool), make " +
        "the function an executable assembly, or say where the client lies with " +
        "--runtime-client dotnet=FOLDER.",
    );
    write("code/Amazon.Lambda.RuntimeSupport.runtimeconfig.json");
    expect((await planOf(LIBRARY)).arguments[5]).toBe(at("code/Amazon.Lambda.RuntimeSupport.dll"));
  });

  test("plan: a package that was not published whole is told as AWS's runtime tells it", async () => {
    write("code/Shop.dll");
    expect((await planOf(LIBRARY)).arguments.slice(3)).toEqual([
      `.NET binaries for Lambda function are not correctly installed in the ${at("code")} ` +
        `directory of the image when the image was built. The ${at("code")} directory is missing ` +
        "the required .deps.json file.",
      "105",
    ]);
  });
});
