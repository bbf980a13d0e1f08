/** The bare engine, and the commands that talk to it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  buildCommandLine,
  type CommandLine,
  type Finished,
  type Running,
  removeFolders,
  temporaryFolder,
} from "./command-line.ts";

const TEMPLATE = `
Parameters:
  Greeting: { Type: String, Default: Hello }
Resources:
  Inbox: { Type: AWS::SQS::Queue }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:AssumeRole" }
  Greet:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: { Variables: { GREETING: !Ref Greeting } }
      LoggingConfig: { LogGroup: greetings }
      Code:
        ZipFile: |
          exports.handler = async ({ name }) => {
            console.log("greeting " + name);
            if (name === undefined) throw new Error("nobody to greet");
            return process.env.GREETING + ", " + name;
          };
Outputs:
  InboxUrl: { Value: !Ref Inbox }
`;

let millrace: CommandLine;
let engine: Running;
let endpoint = "";
const data = path.join(temporaryFolder(), "data");
const project = temporaryFolder();

const call = (args: readonly string[], input = ""): Promise<Finished> =>
  millrace.run(args, { endpoint, input });

const startEngine = async (): Promise<void> => {
  engine = millrace.launch(["start", "--json", "--port", "0", "--data", data]);
  const ready = await engine.first();
  expect(ready).toEqual({
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    pid: expect.any(Number),
    data,
    version: "0.1.0",
  });
  endpoint = String(ready["endpoint"]);
};

const deploy = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { exitCode, stdout, stderr } = await call(["deploy", project, "--json", ...args]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

beforeAll(async () => {
  millrace = buildCommandLine();
  writeFileSync(path.join(project, "template.yaml"), TEMPLATE);
  await startEngine();
});

afterAll(async () => {
  expect(await engine.end("SIGTERM")).toBe(0);
  removeFolders();
});

describe("start", () => {
  test("answers health as soon as it says so", async () => {
    const response = await fetch(`${endpoint}/_millrace/health`);
    expect(await response.json()).toEqual({ status: "ok", version: "0.1.0" });
  });

  test("refuses data that another engine works on, with 4", async () => {
    const { exitCode, stdout, stderr } = await call(["start", "--port", "0", "--data", data]);
    expect(stderr).toContain(`The data folder ${data} is in use by another Millrace (process `);
    expect([exitCode, stdout]).toEqual([4, ""]);
  });

  test("refuses a port that is taken, with 5, and knows a Millrace when it sees one", async () => {
    const { port } = new URL(endpoint);
    const { exitCode, stderr } = await call(["start", "--memory", "--port", port]);
    expect(stderr).toContain(`Millrace cannot listen on 127.0.0.1, port ${port}.`);
    expect(stderr).toContain(`Millrace 0.1.0 answers at ${endpoint} already.`);
    expect(exitCode).toBe(5);
  });
});

describe("an application", () => {
  test("deploy: creates the stack, and leaves it alone while nothing changes", async () => {
    const created = await deploy("--stack-name", "greetings");
    expect(created).toMatchObject({
      change: "stack",
      stackName: "greetings",
      status: "CREATE_COMPLETE",
      endpoints: [{ logicalId: "Inbox" }],
      outputs: [{ name: "InboxUrl", value: expect.stringContaining(`${endpoint}/`) }],
    });
    expect(await deploy("--stack-name", "greetings")).toMatchObject({ change: "none" });
  });

  test("deploy: says what a template needs or asks for in vain, all at once, with lines", async () => {
    const file = path.join(project, "other.yaml");
    const refusal = async (template: string): Promise<string> => {
      writeFileSync(file, template);
      const { exitCode, stderr } = await call(["deploy", file, "--stack-name", "other"]);
      expect(exitCode).toBe(1);
      return stderr;
    };
    const open =
      "Parameters: {A: {Type: String}, B: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}";
    expect(await refusal(open)).toContain(
      "Fix: Give them: --parameter A=VALUE --parameter B=VALUE",
    );
    const foreign =
      "Resources:\n  V: {Type: AWS::EC2::VPC}\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {Colour: red}";
    expect(await refusal(foreign)).toContain(
      "  resource type AWS::EC2::VPC (resource V, line 2)\n  property Colour of AWS::SQS::Queue (resource Q, line 3)\n",
    );
  });

  test("invoke: prints what the function returns, by its logical id", async () => {
    const { exitCode, stdout, stderr } = await call(
      ["invoke", "Greet", "--payload", "-", "--tail"],
      '{"name":"Ada"}',
    );
    expect([exitCode, stdout]).toEqual([0, '"Hello, Ada"\n']);
    expect(stderr).toContain("greeting Ada");
  });

  test("invoke: ends with 1 when the function fails, its error on standard output", async () => {
    const { exitCode, stdout, stderr } = await call(["invoke", "Greet", "--payload", "{}"]);
    expect(JSON.parse(stdout)).toMatchObject({ errorMessage: "nobody to greet" });
    expect(stderr).toContain("The function failed (Unhandled).");
    expect(exitCode).toBe(1);
  });

  test("invoke: names the functions there are, and what is wrong with a payload", async () => {
    const unknown = await call(["invoke", "Great"]);
    expect(unknown.stderr).toContain("There is no function Great.\nThe engine has Greet.");
    expect(unknown.exitCode).toBe(1);
    const unreadable = await call(["invoke", "Greet", "--payload", "{name}"]);
    expect(unreadable.stderr).toContain("The payload is not JSON.");
    expect(unreadable.exitCode).toBe(2);
  });

  test("logs: prints what functions wrote, filtered", async () => {
    const { exitCode, stdout } = await call(["logs", "Greet", "--json", "--filter", "greeting"]);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/greeting Ada$/) }),
      expect.objectContaining({ message: expect.stringMatching(/greeting undefined$/) }),
    ]);
    const everything = await call(["logs"]);
    expect(everything.stdout).toMatch(/^[\d:.]{12} Greet +START RequestId: /m);
  });

  test("deploy: parameters given once are kept by the next deployment", async () => {
    await deploy("--stack-name", "greetings", "--parameter", "Greeting=Good day");
    await deploy("--stack-name", "greetings");
    const { stdout } = await call(["invoke", "Greet", "--json", "--payload", '{"name":"Bo"}']);
    expect(JSON.parse(stdout)).toEqual({ payload: "Good day, Bo", functionError: null });
  });

  test("stop and start: everything is still there", async () => {
    expect(await engine.end("SIGINT")).toBe(0);
    await startEngine();
    const { stdout } = await call(["invoke", "Greet", "--payload", '{"name":"Cy"}']);
    expect(stdout).toBe('"Good day, Cy"\n');
  });

  test("reset: asks first, then empties the engine, which goes on", async () => {
    const unasked = await call(["reset"]);
    expect(unasked.stderr).toContain("millrace reset --yes");
    expect(unasked.exitCode).toBe(2);
    const { exitCode, stdout } = await call(["reset", "--yes", "--json"]);
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { endpoint, status: "empty" }]);
    const { stderr } = await call(["invoke", "Greet"]);
    expect(stderr).toContain("The engine has no functions yet.");
    expect(await deploy("--stack-name", "greetings")).toMatchObject({ status: "CREATE_COMPLETE" });
    const again = await call(["invoke", "Greet", "--payload", '{"name":"Di"}']);
    expect(again.stdout).toBe('"Hello, Di"\n');
  });
});

describe("doctor", () => {
  test("finds this machine fit, and the engine", async () => {
    const { exitCode, stdout } = await call(["doctor", "--json"]);
    const { fit, findings } = JSON.parse(stdout) as {
      fit: boolean;
      findings: readonly Record<string, string>[];
    };
    expect([exitCode, fit]).toEqual([0, true]);
    const detailOf = (subject: string): string | undefined =>
      findings.find((finding) => finding["subject"] === subject)?.["detail"];
    expect(detailOf("Engine")).toBe(`0.1.0 answers at ${endpoint}`);
    expect(detailOf("Node.js")).toContain(process.versions.node);
    expect(detailOf("nodejs20.x")).toContain(process.execPath);
  });
});
