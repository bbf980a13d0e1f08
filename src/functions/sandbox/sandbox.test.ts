/** Functions in sandboxes: with every tool that works on this machine, what they see and do not. */
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testUnless } from "../../testing/test-unless.ts";
import { RuntimeUnavailable } from "../function-host.ts";
import { type Answer, createTestHost, type TestHost, writeFiles } from "../test-host.ts";
import { findSandboxTool, sandboxCandidates } from "./tool.ts";

const tools = await Promise.all(
  sandboxCandidates().map(async (candidate) => {
    const found = await findSandboxTool([candidate]);
    return { candidate, problem: found.name === undefined ? found.problem : undefined };
  }),
);

/** Lists, reads and writes what it is told to, and says what came of it. */
const PROBE = `
const fs = require("node:fs");
const attempt = (body) => { try { return body(); } catch (error) { return error.code ?? String(error); } };
exports.handler = async ({ list = [], read = [], write = [] }) => ({
  list: Object.fromEntries(list.map((place) => [place, attempt(() => fs.readdirSync(place))])),
  read: Object.fromEntries(read.map((place) => [place, attempt(() => fs.readFileSync(place, "utf8"))])),
  write: Object.fromEntries(write.map((place) => [place, attempt(() => fs.writeFileSync(place, "x") ?? "written")])),
  uid: process.getuid(), cwd: process.cwd(), file: __filename,
  environment: process.env,
  processes: fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)),
});
`;

interface Probed {
  readonly list: Readonly<Record<string, string | readonly string[]>>;
  readonly read: Readonly<Record<string, string>>;
  readonly write: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly cwd: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: readonly string[];
}

describe.for(tools)("in a sandbox by $candidate.name", ({ candidate, problem }) => {
  const testHere = testUnless(problem);
  let host: TestHost;
  beforeAll(async () => {
    host = await createTestHost({
      isSandboxed: true,
      findSandbox: () => findSandboxTool([candidate]),
    });
  });
  afterAll(() => host.close());

  const probe = async (
    event: object,
    spec: Parameters<TestHost["define"]>[1] = {},
  ): Promise<Probed> => {
    const answer = await host.invoke(host.define({ "index.js": PROBE }, spec), event);
    return answer.value as Probed;
  };

  testHere("a function has its code at /var/task and a /tmp of its own", async () => {
    const { uid, cwd, file, write, list, environment } = await probe({
      list: ["/var/task", "/tmp"],
      write: ["/tmp/a", "/var/task/a", "/usr/a", "/a", "/var/runtime/a", "/etc/a"],
    });
    expect({ uid, cwd, file }).toEqual({ uid: 993, cwd: "/var/task", file: "/var/task/index.js" });
    expect(list).toEqual({ "/var/task": ["index.js"], "/tmp": [] });
    expect(write).toEqual({
      "/tmp/a": "written",
      "/var/task/a": "EROFS",
      "/usr/a": "EROFS",
      "/a": "EROFS",
      "/var/runtime/a": "EROFS",
      "/etc/a": "EROFS",
    });
    expect(environment).toMatchObject({
      LAMBDA_TASK_ROOT: "/var/task",
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      TMPDIR: "/tmp",
      HOME: "/tmp",
    });
    expect(JSON.stringify(environment)).not.toContain(host.directory);
  });

  testHere("it sees no other file: not the home, the data, or what others wrote", async () => {
    writeFileSync(path.join(host.directory, "secret"), "secret");
    await probe({ write: ["/tmp/of-another"] }, { name: "another" });
    const home = homedir();
    const other = path.join(host.directory, "secret");
    const { list, read } = await probe({
      list: [
        host.directory,
        import.meta.dirname,
        "/tmp",
        "/home",
        "/root",
        "/mnt",
        "/sys",
        "/etc/ssl/private",
      ],
      read: [other, path.join(home, ".bashrc"), path.join(home, ".profile"), "/etc/shadow"],
    });
    expect(list).toMatchObject({
      [host.directory]: "ENOENT",
      [import.meta.dirname]: "ENOENT",
      "/tmp": [],
      "/mnt": "ENOENT",
      "/sys": "ENOENT",
      "/etc/ssl/private": "ENOENT",
    });
    expect(Object.values(read)).toEqual(["ENOENT", "ENOENT", "ENOENT", "ENOENT"]);
    // Of a home that has an interpreter in it, the way there is seen and nothing else.
    const homes = [list["/home"], list["/root"]].flat();
    expect(homes).not.toContain(".ssh");
    expect(homes).not.toContain(".bashrc");
  });

  testHere("it sees no process but its own", async () => {
    const { processes, read } = await probe({ read: ["/proc/1/cmdline"] });
    expect(processes.length).toBeLessThanOrEqual(3);
    expect(processes).not.toContain(String(process.pid));
    expect(read["/proc/1/cmdline"]).not.toContain("vitest");
  });

  testHere("what it sees cannot be undone from within", async () => {
    const spec = host.define({
      "index.js": `
const { spawnSync } = require("node:child_process");
const run = (...words) => spawnSync(words[0], words.slice(1)).status;
exports.handler = async () => [
  run("/bin/sh", "-c", "exit 0"),
  run("/bin/mount", "-o", "remount,rw,bind", "/var/task"),
  run("/bin/umount", "/tmp"),
];`,
    });
    const { value } = await host.invoke(spec);
    const [works, ...undone] = value as number[];
    expect(works).toBe(0);
    expect(undone).not.toContain(0);
  });

  testHere("the AWS SDK is found by require and by import", async () => {
    const common = host.define({
      "index.js": `exports.handler = async () => typeof require("@aws-sdk/client-sqs").SQSClient;`,
    });
    expect((await host.invoke(common)).value).toBe("function");
    const module = host.define({
      "index.mjs": `import { SQSClient } from "@aws-sdk/client-sqs";
export const handler = async () => typeof SQSClient;`,
    });
    expect((await host.invoke(module)).value).toBe("function");
  });

  testHere("code brings its own packages, and layers lie at /opt", async () => {
    const [first, second] = ["first", "second"].map((name) => path.join(host.directory, name));
    writeFiles(first ?? "", { "nodejs/node_modules/one/index.js": "module.exports = 'one';" });
    writeFiles(second ?? "", { "data/two": "two" });
    const spec = host.define(
      {
        "index.js": `
const fs = require("node:fs");
exports.handler = async () => [require("own"), require("one"), fs.readFileSync("/opt/data/two", "utf8")];`,
        "node_modules/own/index.js": "module.exports = 'own';",
      },
      { layerDirectories: [first ?? "", second ?? ""] },
    );
    expect((await host.invoke(spec)).value).toEqual(["own", "one", "two"]);
  });

  testHere("the network is the machine's", async () => {
    const spec = host.define({
      "index.js": `exports.handler = async () => (await require("node:dns/promises").lookup("localhost")).address;`,
    });
    expect(["127.0.0.1", "::1"]).toContain((await host.invoke(spec)).value);
  });

  testHere("Python functions run, where they see what others do", async ({ skip }) => {
    const spec = host.define(
      {
        "app.py": `
import getpass, os, json, ssl, tempfile
def handler(event, context):
    return [getpass.getuser(), os.getcwd(), tempfile.gettempdir(), os.path.exists(event["secret"])]
`,
      },
      // Any Python that is no older will do.
      { runtime: "python3.9", handler: "app.handler" },
    );
    const found = await host
      .invoke(spec, { secret: host.directory })
      .catch((error: Error) => error);
    if (found instanceof RuntimeUnavailable) {
      skip(found.message);
    }
    const { value } = found as Answer;
    expect(value).toEqual(["sbx_user1051", "/var/task", "/tmp", false]);
  });

  testHere("custom runtimes run their bootstrap; extensions run beside it", async () => {
    const layer = path.join(host.directory, "extension");
    const register = `#!/usr/bin/env node
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension";
(async () => {
  const headers = { "Lambda-Extension-Name": "watcher" };
  const body = JSON.stringify({ events: ["INVOKE"] });
  const answer = await fetch(base + "/register", { method: "POST", headers, body });
  const id = answer.headers.get("lambda-extension-identifier");
  console.log("extension at", process.cwd(), require("node:fs").existsSync(${JSON.stringify(layer)}));
  for (;;) await fetch(base + "/event/next", { headers: { "Lambda-Extension-Identifier": id } });
})();`;
    writeFiles(layer, { "extensions/watcher": register });
    const bootstrap = `#!/usr/bin/env node
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation";
(async () => {
  for (;;) {
    const next = await fetch(base + "/next");
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const body = JSON.stringify([process.argv[1], process.cwd(), process.env._HANDLER]);
    await fetch(base + "/" + id + "/response", { method: "POST", body });
  }
})();`;
    const spec = host.define(
      { bootstrap },
      { runtime: "provided.al2023", handler: "some.handler", layerDirectories: [layer] },
    );
    expect((await host.invoke(spec)).value).toEqual([
      "/var/task/bootstrap",
      "/var/task",
      "some.handler",
    ]);
    expect(host.logLines.join("")).toContain("extension at / false");
  });

  testHere("crashes, exits and time limits are told as without", async () => {
    const outcome = async (body: string, timeoutMs = 10_000): Promise<unknown> => {
      const spec = host.define(
        { "index.js": `exports.handler = async () => { ${body} };` },
        { timeoutMs },
      );
      const { report, value } = await host.invoke(spec);
      const { errorMessage } = value as { errorMessage: string };
      return [report.errorType, errorMessage.replace(/^.*Error: /, "")];
    };
    expect(await outcome("process.exit(7)")).toEqual([
      "Runtime.ExitError",
      "Runtime exited with error: exit status 7",
    ]);
    expect(
      await outcome("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})"),
    ).toEqual(["Runtime.ExitError", "Runtime exited with error: signal: killed"]);
    expect(await outcome("for (;;);", 1_000)).toEqual([
      "Sandbox.Timedout",
      "Task timed out after 1.00 seconds",
    ]);
  });

  testHere("memory is that of the function's process, and is held to its limit", async () => {
    const spec = host.define({
      "index.js": `exports.handler = async ({ mb }) => {
  const held = Buffer.alloc(mb * 1024 * 1024, 1);
  await new Promise((resolve) => setTimeout(resolve, mb > 128 ? 5000 : 0));
  return held.length;
};`,
    });
    const { report } = await host.invoke(spec, { mb: 50 });
    expect(report.memoryUsedMaxMb).toBeGreaterThan(80);
    const { value } = await host.invoke(spec, { mb: 200 });
    expect(value).toMatchObject({ errorMessage: expect.stringContaining("signal: killed") });
  });

  testHere(
    "the runtime is told to end before it is killed, when extensions are there",
    async () => {
      const other = await createTestHost({
        isSandboxed: true,
        findSandbox: () => findSandboxTool([candidate]),
      });
      const spec = other.define({
        "index.mjs": `
process.on("SIGTERM", () => { console.log("told to end"); process.exit(0); });
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension";
const headers = { "Lambda-Extension-Name": "inner" };
const answer = await fetch(base + "/register", { method: "POST", headers, body: '{"events":[]}' });
const id = answer.headers.get("lambda-extension-identifier");
fetch(base + "/event/next", { headers: { "Lambda-Extension-Identifier": id } }).catch(() => {});
export const handler = async () => "ok";`,
      });
      expect((await other.invoke(spec)).value).toBe("ok");
      await other.close();
      expect(other.logLines.join("")).toContain("told to end");
    },
  );
});

test("findSandboxTool: says what was tried where nothing works", async () => {
  const missing = sandboxCandidates().map((each) => ({ ...each, tool: undefined }));
  const found = await findSandboxTool(missing);
  expect(found).toMatchObject({
    name: undefined,
    problem: expect.stringContaining("bubblewrap: bwrap is not installed."),
    remedy: expect.stringMatching(/bubblewrap|Linux/),
  });
});
