/** `millrace dev`: an application that follows its files, and survives the death of the engine. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../examples/eventually.ts";
import {
  buildCommandLine,
  type CommandLine,
  type Running,
  removeFolders,
  temporaryFolder,
} from "./command-line.ts";

const TEMPLATE = (timeout: number): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: hello.handler
      Runtime: nodejs20.x
      Timeout: ${timeout}
      Events: { Get: { Type: HttpApi, Properties: { Method: GET, Path: /hello } } }
  Other:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: other
      Handler: other.handler
      Runtime: nodejs20.x
`;
const PATIENCE = { what: "the answer to change", withinMs: 20_000 };

let millrace: CommandLine;
let dev: Running;
let url = "";
const project = temporaryFolder();

const write = (file: string, content: string): void =>
  writeFileSync(path.join(project, file), content);

/** TypeScript that imports a second file. */
const writeHello = (answer: string): void =>
  write(
    "src/hello.ts",
    `import { mark } from "./mark.ts";
     export const handler = async (): Promise<object> => {
       console.log("in ${answer}");
       return { answer: "${answer}" + mark, pid: process.pid };
     };`,
  );

const answers = async (expected: string): Promise<void> => {
  await eventually(PATIENCE, async () => {
    const response = await fetch(url);
    const { answer } = (await response.json()) as { answer?: string };
    return answer === expected ? true : undefined;
  });
};

/** The process that runs the function of TypeScript. */
const pidOfHello = async (): Promise<unknown> =>
  ((await (await fetch(url)).json()) as { readonly pid?: unknown }).pid;

/** How often the process of the other function was called. */
const callsOfOther = async (): Promise<string> => {
  const { stdout } = await millrace.run(["invoke", "Other"], { endpoint: new URL(url).origin });
  return stdout.trim();
};

const startDev = async (): Promise<Readonly<Record<string, unknown>>> => {
  dev = millrace.launch(["dev", "--json", "--port", "0", "--stack-name", "hello"], {
    directory: project,
  });
  const ready = await dev.event("ready");
  expect(ready).toMatchObject({ data: path.join(project, ".millrace") });
  const deployed = await dev.event("deployed");
  const [endpoint] = deployed["endpoints"] as readonly { urls: readonly string[] }[];
  url = `${endpoint?.urls[0]}/hello`;
  return deployed;
};

beforeAll(() => {
  millrace = buildCommandLine();
  for (const folder of ["src", "other"]) {
    mkdirSync(path.join(project, folder));
  }
  write("template.yaml", TEMPLATE(5));
  write("src/mark.ts", `export const mark: string = "!";`);
  writeHello("one");
  write("other/other.mjs", "let calls = 0; export const handler = async () => ++calls;");
});

afterAll(async () => {
  expect(await dev.end("SIGINT")).toBe(0);
  removeFolders();
});

describe("dev", () => {
  test("deploys the application, says where it is, and shows what it logs", async () => {
    const deployed = await startDev();
    expect(deployed).toMatchObject({
      change: "stack",
      stackName: "hello",
      endpoints: [{ logicalId: "ServerlessHttpApi", routes: ["GET /hello"] }],
    });
    await answers("one!");
    const messages: unknown[] = [];
    while (!String(messages.at(-1)).startsWith("REPORT")) {
      messages.push((await dev.event("log"))["message"]);
    }
    expect(messages).toEqual([
      expect.stringMatching(/^INIT_START/),
      expect.stringMatching(/^START/),
      expect.stringMatching(/\tin one$/),
      expect.stringMatching(/^END/),
      expect.stringMatching(/^REPORT/),
    ]);
  });

  test("a saved file updates the code of its function, and leaves the rest warm", async () => {
    expect(await callsOfOther()).toBe("1");
    writeHello("two");
    expect(await dev.event("updated")).toMatchObject({ functions: ["Hello"] });
    await answers("two!");
    write("src/mark.ts", `export const mark: string = "?";`);
    expect(await dev.event("updated")).toMatchObject({ functions: ["Hello"] });
    await answers("two?");
    expect(await callsOfOther()).toBe("2");
    const pid = await pidOfHello();
    write("other/other.mjs", "let calls = 10; export const handler = async () => ++calls;");
    expect(await dev.event("updated")).toMatchObject({ functions: ["Other"] });
    expect(await callsOfOther()).toBe("11");
    expect(await pidOfHello()).toBe(pid);
  });

  test("a build that fails is shown, and the old code goes on", async () => {
    write(
      "src/hello.ts",
      `import "./missing.ts"; export const handler = async () => ({ answer: "three" });`,
    );
    const said = await eventually({ what: "the error", withinMs: 20_000 }, async () =>
      dev.said().includes("./missing.ts") ? dev.said() : undefined,
    );
    expect(said).toContain("Hello could not be bundled.");
    expect(said).toContain("src/hello.ts:1:8");
    await answers("two?");
    write("src/missing.ts", "export {};");
    expect(await dev.event("updated")).toMatchObject({ functions: ["Hello"] });
    await answers("three");
  });

  test("a changed template updates the stack", async () => {
    write("template.yaml", TEMPLATE(6));
    expect(await dev.event("deployed")).toMatchObject({
      change: "stack",
      status: "UPDATE_COMPLETE",
    });
    await answers("three");
  });

  test("killed and started again: goes on where it was", async () => {
    expect(await dev.end("SIGKILL")).toBe("SIGKILL");
    expect(await startDev()).toMatchObject({ change: "none" });
    await answers("three");
  });

  test("code that went back while the engine was away is found behind an unchanged stack", async () => {
    writeHello("four");
    await dev.event("updated");
    expect(await dev.end("SIGKILL")).toBe("SIGKILL");
    write(
      "src/hello.ts",
      `import "./missing.ts"; export const handler = async () => ({ answer: "three" });`,
    );
    await startDev();
    await answers("three");
    writeHello("five");
    expect(await dev.end("SIGINT")).toBe(0);
    await startDev();
    await answers("five?");
  });

  test("a reset deploys everything anew", async () => {
    const endpoint = new URL(url).origin;
    const { exitCode } = await millrace.run(["reset", "--yes"], { endpoint });
    expect(exitCode).toBe(0);
    const deployed = await dev.event("deployed");
    expect(deployed).toMatchObject({ change: "stack", status: "CREATE_COMPLETE" });
  });
});
