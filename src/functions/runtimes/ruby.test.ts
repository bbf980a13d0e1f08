import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RuntimeUnavailable } from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { fakeMachine } from "./fake-machine.ts";
import type { Finding, ProgramInterpreter, ProgramPlan } from "./family.ts";
import { rubyFamily } from "./ruby.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-ruby-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const MACHINE = {
  "/shims/ruby": "",
  "/a/ruby": "/a/ruby\n3.4.1\n",
  "/b/ruby": "/b/ruby\n3.3.6\n/gems/aws_lambda_ric-3.1.3/lib",
  "/c/ruby": "/c/ruby\n3.1.2\n",
};

function find(runtime: string, finding: Partial<Finding> = {}): Promise<ProgramInterpreter> {
  const search = fakeMachine(MACHINE);
  const found = rubyFamily.find(runtime, {
    search,
    configured: undefined,
    client: undefined,
    ...finding,
  });
  return found as Promise<ProgramInterpreter>;
}

async function planOf(
  interpreter: ProgramInterpreter,
  files: readonly string[] = [],
): Promise<ProgramPlan> {
  for (const file of files) {
    mkdirSync(path.join(directory, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(directory, file), "");
  }
  const spec = specOf("f", path.join(directory, "code"), {
    runtime: "ruby3.3",
    handler: "app.App::Handler.process",
    layerDirectories: [path.join(directory, "first"), path.join(directory, "second")],
  });
  return interpreter.plan({
    spec,
    sandboxDirectory: directory,
    isOptShown: false,
    debuggerPort: undefined,
  });
}

describe("ruby", () => {
  test("find: its own version, else the nearest later one, which is said", async () => {
    expect(await find("ruby3.3")).toMatchObject({ program: "/b/ruby", version: "3.3.6" });
    expect((await find("ruby3.3")).note).toBeUndefined();
    expect(await find("ruby3.2")).toMatchObject({
      program: "/b/ruby",
      note: "runs on Ruby 3.3.6",
    });
    await expect(find("ruby4.0")).rejects.toThrow(
      "No Ruby 4.0 or later was found for ruby4.0. Install it (rbenv install 4.0, " +
        "mise use -g ruby@4.0, brew install ruby@4.0) and its client (gem install " +
        "aws_lambda_ric), or name an interpreter with --interpreter ruby4.0=PATH.",
    );
  });

  test("find: an earlier one when configured; a missing client is said", async () => {
    expect(await find("ruby3.4", { configured: "/c/ruby" })).toMatchObject({
      program: "/c/ruby",
      note: "runs on Ruby 3.1.2, without aws_lambda_ric",
      remedy: "Functions that do not bring it need it: /c/gem install aws_lambda_ric",
    });
    await expect(find("ruby3.4", { configured: "/shims/ruby" })).rejects.toThrow(
      "The interpreter configured for ruby3.4, /shims/ruby, does not run.",
    );
  });

  test("plan: starts the client that is installed, with the gems of package and layers", async () => {
    const plan = await planOf(await find("ruby3.3"));
    const at = (...parts: readonly string[]) => path.join(directory, ...parts);
    expect(plan).toEqual({
      program: "/b/ruby",
      arguments: [
        "-I",
        "/gems/aws_lambda_ric-3.1.3/lib",
        "-r",
        "aws_lambda_ric/bootstrap",
        "-e",
        "Bootstrap.start",
        "app.App::Handler.process",
      ],
      workingDirectory: at("code"),
      environment: {
        GEM_PATH: [
          at("code/vendor/bundle/ruby/3.3.0"),
          at("second/ruby/gems/3.3.0"),
          at("first/ruby/gems/3.3.0"),
        ].join(":"),
        RUBYLIB: [at("code"), at("second/ruby/lib"), at("first/ruby/lib")].join(":"),
      },
      takesWrapper: true,
      takesLogFrames: true,
    });
  });

  test("plan: the client of the package, then of a layer, wins over the installed one", async () => {
    const inLayer = "second/ruby/gems/3.3.0/gems/aws_lambda_ric-3.0.0/lib";
    const file = (folder: string) => `${folder}/aws_lambda_ric/bootstrap.rb`;
    const interpreter = await find("ruby3.3");
    expect((await planOf(interpreter, [file(inLayer)])).arguments[1]).toBe(
      path.join(directory, inLayer),
    );
    const inPackage = "code/vendor/bundle/ruby/3.3.0/gems/aws_lambda_ric-3.0.0/lib";
    expect((await planOf(interpreter, [file(inPackage)])).arguments[1]).toBe(
      path.join(directory, inPackage),
    );
    const configured = await find("ruby3.3", { client: path.join(directory, "given") });
    expect((await planOf(configured, [file("given/lib")])).arguments[1]).toBe(
      path.join(directory, "given/lib"),
    );
  });

  test("plan: without a client it is refused by name, with the way to get it", async () => {
    const error = await planOf(await find("ruby3.4")).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuntimeUnavailable);
    expect((error as RuntimeUnavailable).message).toBe(
      "f needs AWS's runtime interface client for Ruby, which was not found. Install it " +
        "(/a/gem install aws_lambda_ric), add the gem aws_lambda_ric to the function, or say " +
        "where it lies with --runtime-client ruby=FOLDER.",
    );
  });
});
