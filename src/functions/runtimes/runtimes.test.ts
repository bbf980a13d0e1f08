import { describe, expect, test } from "vitest";
import { RuntimeUnavailable } from "../function-host.ts";
import { fakeMachine } from "./fake-machine.ts";
import type { InterpreterSearch } from "./interpreter-search.ts";
import { createRuntimes } from "./runtimes.ts";

/** A machine where these programs say where they are and which version, in one line. */
function machine(programs: Readonly<Record<string, string>>): InterpreterSearch {
  return fakeMachine(
    Object.fromEntries(
      Object.entries(programs).map(([file, version]) => [
        file,
        version && `/real${file} ${version}`,
      ]),
    ),
  );
}

const find = (
  runtime: string,
  programs: Readonly<Record<string, string>>,
  interpreters: Readonly<Record<string, string>> = {},
) => createRuntimes({ interpreters, search: machine(programs) }).find(runtime);

describe("runtimes", () => {
  test("python: its own version, else the nearest later one, which is said", async () => {
    const programs = {
      "/shims/python3.12": "",
      "/usr/bin/python3.12": "3.12.4",
      "/usr/bin/python3.13": "3.13.0",
    };
    expect(await find("python3.12", programs)).toEqual({
      kind: "python",
      program: "/real/usr/bin/python3.12",
      version: "3.12.4",
    });
    expect(await find("python3.10", programs)).toMatchObject({
      program: "/real/usr/bin/python3.12",
      note: "runs on Python 3.12.4",
    });
  });

  test("python: boto3 is borrowed of the latest earlier version that has it, which is said", async () => {
    const programs = {
      "/usr/bin/python3.10": "3.10.1\n/py310/packages",
      "/usr/bin/python3.11": "3.11.7\n/py311/packages",
      "/usr/bin/python3.12": "3.12.4",
      "/usr/bin/python3.13": "3.13.0\n/py313/packages",
    };
    expect(await find("python3.12", programs)).toMatchObject({
      version: "3.12.4",
      note: "boto3 of Python 3.11.7",
      sdkDirectory: "/py311/packages",
    });
    const own = await find("python3.13", programs);
    expect([own.note, "sdkDirectory" in own]).toEqual([undefined, false]);
    const { "/usr/bin/python3.12": earliest, "/usr/bin/python3.13": later } = programs;
    const two = { "/usr/bin/python3.12": earliest, "/usr/bin/python3.13": later };
    expect("sdkDirectory" in (await find("python3.12", two))).toBe(false);
  });

  test("python: an earlier version is not used, and the remedy is told", async () => {
    const error = await find("python3.13", { "/usr/bin/python3.12": "3.12.4" }).catch((e) => e);
    expect(error).toBeInstanceOf(RuntimeUnavailable);
    expect(error.message).toBe(
      "No Python 3.13 or later was found for python3.13. Install it (uv python install 3.13, " +
        "pyenv install 3.13, brew install python@3.13 or apt install python3.13), or name an " +
        "interpreter for python3.13 in the configuration.",
    );
  });

  test("node: runs on the Node.js of Millrace, and says so", async () => {
    const major = process.versions.node.split(".")[0];
    expect(await find(`nodejs${major}.x`, {})).toEqual({
      kind: "node",
      program: process.execPath,
      version: process.versions.node,
    });
    const other = major === "18" ? "20" : "18";
    expect(await find(`nodejs${other}.x`, {})).toMatchObject({
      note: `runs on Node.js ${process.versions.node}`,
    });
  });

  test("node: one of its own version that is installed is taken, another is not", async () => {
    const [own = "20"] = process.versions.node.split(".");
    const [wanted, neither] = ["18", "22", "24"].filter((major) => major !== own);
    const programs = {
      "/usr/bin/node": `${neither}.1.0`,
      "/broken/node": "",
      [`/versions/${wanted}/bin/node`]: `${wanted}.7.0`,
    };
    expect(await find(`nodejs${wanted}.x`, programs)).toEqual({
      kind: "node",
      program: `/real/versions/${wanted}/bin/node`,
      version: `${wanted}.7.0`,
    });
    expect(await find(`nodejs${own}.x`, { "/usr/bin/node": `${own}.99.0` })).toMatchObject({
      program: process.execPath,
    });
  });

  test("configuration: comes first, and one that does not run is refused", async () => {
    const programs = { "/opt/node": "22.1.0" };
    expect(await find("nodejs22.x", programs, { "nodejs22.x": "/opt/node" })).toEqual({
      kind: "node",
      program: "/real/opt/node",
      version: "22.1.0",
    });
    await expect(find("nodejs22.x", {}, { "nodejs22.x": "/gone" })).rejects.toThrow(
      "The interpreter configured for nodejs22.x, /gone, does not run.",
    );
  });

  test.each(["ruby2.7", "java8", "dotnetcore3.1", "go1.x", "nodejs16.x", "python2.7", ""])(
    "unknown: %s is refused by name",
    async (runtime) => {
      await expect(find(runtime, {})).rejects.toThrow(`Millrace does not run ${runtime}.`);
    },
  );

  test("find: one that is installed later is found without a restart", async () => {
    const programs: Record<string, string> = {};
    const search: InterpreterSearch = {
      candidates: (name, places) => machine(programs).candidates(name, places),
      probe: (file, probe) => machine(programs).probe(file, probe),
    };
    const runtimes = createRuntimes({ interpreters: {}, search });
    await expect(runtimes.find("python3.14")).rejects.toThrow(RuntimeUnavailable);
    programs["/usr/bin/python3.14"] = "3.14.0";
    expect(await runtimes.find("python3.14")).toMatchObject({ version: "3.14.0" });
  });

  test("statuses: every runtime, with its interpreter or its remedy", async () => {
    const programs = { "/usr/bin/python3.11": "3.11.2" };
    const statuses = await createRuntimes({
      interpreters: {},
      search: machine(programs),
    }).statuses();
    const byName = Object.fromEntries(statuses.map((status) => [status.runtime, status]));
    expect(byName["python3.11"]).toEqual({
      runtime: "python3.11",
      interpreter: "/real/usr/bin/python3.11",
      version: "3.11.2",
    });
    expect(byName["python3.12"]?.remedy).toContain("pyenv install 3.12");
    expect(byName["provided.al2023"]).toEqual({
      runtime: "provided.al2023",
      note: "runs the bootstrap of the function",
    });
  });
});
