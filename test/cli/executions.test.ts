/** `millrace executions` against a running engine. */
import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import { eventually } from "../examples/eventually.ts";
import {
  buildCommandLine,
  type CommandLine,
  type Finished,
  removeFolders,
  temporaryFolder,
} from "./command-line.ts";

const ORDER = {
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Next: "Right?" },
    "Right?": {
      Type: "Choice",
      Choices: [{ Variable: "$.right", BooleanEquals: true, Next: "Done" }],
      Default: "Wrong",
    },
    Done: { Type: "Succeed" },
    Wrong: { Type: "Fail", Error: "Wrong", Cause: "as was asked" },
  },
};
const WAITING = {
  StartAt: "Long",
  States: { Long: { Type: "Wait", Seconds: 10_000, End: true } },
};

let cloud: Cloud;
let millrace: CommandLine;
let sfn: SFNClient;
let waitingArn = "";

const run = (...args: string[]): Promise<Finished> =>
  millrace.run(["executions", ...args], { endpoint: cloud.endpoint });

async function machine(name: string, definition: object): Promise<string> {
  const { stateMachineArn = "" } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/states",
    }),
  );
  return stateMachineArn;
}

async function begin(stateMachineArn: string, name: string, input: object = {}): Promise<string> {
  const command = { stateMachineArn, name, input: JSON.stringify(input) };
  return (await sfn.send(new StartExecutionCommand(command))).executionArn ?? "";
}

beforeAll(async () => {
  millrace = buildCommandLine();
  cloud = await createCloud({ directory: temporaryFolder(), durability: "memory" });
  sfn = new SFNClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "any" },
  });
  const orders = await machine("orders", ORDER);
  waitingArn = await begin(await machine("waiting", WAITING), "patience");
  await begin(orders, "good", { right: true });
  await begin(orders, "bad", { right: false });
  await eventually({ what: "two to end", withinMs: 20_000 }, async () => {
    const { stdout } = await run("orders", "--json");
    return stdout.includes("RUNNING") ? undefined : true;
  });
});

afterAll(async () => {
  await cloud.close();
  removeFolders();
});

describe("lists", () => {
  test("the executions of one machine, as JSON", async () => {
    const { exitCode, stdout, stderr } = await run("orders", "--json");
    const lines = stdout.trim().split("\n");
    const listed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(listed.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      "bad FAILED",
      "good SUCCEEDED",
    ]);
    expect(listed[0]).toMatchObject({
      durationMs: expect.any(Number),
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:orders",
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  test("those of all machines, the youngest first, as a table", async () => {
    const { stdout } = await run("--limit", "2");
    const [head = "", ...rows] = stdout.trim().split("\n");
    expect(head.split(/ {2,}/)).toEqual([
      "STATUS",
      "EXECUTION",
      "STATE MACHINE",
      "STARTED",
      "TOOK",
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^FAILED +bad +orders +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ ms$/);
  });

  test("nothing of that name: says what there is", async () => {
    const { exitCode, stderr } = await run("nobody");
    expect(stderr).toContain("There is no state machine and no execution nobody.");
    expect(stderr).toContain("The engine has the state machines orders, waiting.");
    expect(exitCode).toBe(1);
  });
});

describe("one execution", () => {
  test("its end, and its states on a time line", async () => {
    const { stdout } = await run("bad");
    const [head, error, ...states] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^FAILED {2}bad {2}/);
    expect(error).toBe("Wrong: as was asked");
    expect(states.map((line) => line.replace(/ *█+ */, " ").trim())).toEqual([
      expect.stringMatching(/^Begin +succeeded {2}\d+ ms$/),
      expect.stringMatching(/^Right\? +succeeded {2}\d+ ms$/),
      expect.stringMatching(/^Wrong +failed {2}\d+ ms$/),
    ]);
  });

  test("follow: each event as it comes, until it ends; 1 when it did not succeed", async () => {
    const following = millrace.launch(["executions", "patience", "--follow", "--json"], {
      endpoint: cloud.endpoint,
    });
    expect(await following.first()).toMatchObject({ id: 1, type: "ExecutionStarted" });
    expect(await following.first()).toMatchObject({ id: 2, type: "WaitStateEntered" });
    await sfn.send(new StopExecutionCommand({ executionArn: waitingArn }));
    expect(await following.first()).toMatchObject({ id: 3, type: "ExecutionAborted" });
    const { exitCode } = await run(waitingArn, "--follow");
    expect(exitCode).toBe(1);
  });
});

describe("draws", () => {
  test("a machine: nothing is coloured", async () => {
    const { exitCode, stdout } = await run("orders", "--graph", "mermaid");
    expect(stdout).toContain('s1{"Right?"}\n');
    expect(stdout).not.toContain("classDef");
    expect(exitCode).toBe(0);
  });

  test("an execution: what was visited is coloured", async () => {
    const { stdout } = await run("bad", "--graph", "mermaid");
    expect(stdout).toContain('s3["Wrong"]:::failed');
    expect(stdout).toContain('s2["Done"]\n');
  });

  test("an execution as SVG, with its time line", async () => {
    const { stdout } = await run("good", "--graph", "svg", "--timeline");
    expect(stdout).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
    expect(stdout).toContain("<title>Done, Succeed, succeeded</title>");
    expect(stdout).toMatch(/<title>Done: succeeded, \d+ ms<\/title>/);
  });

  test("an execution as a Gantt chart", async () => {
    const { stdout } = await run("good", "--graph", "mermaid", "--timeline");
    expect(stdout).toMatch(/^gantt\n(?:.*\n)*? *Done :done, \d+, \d+$/m);
  });

  test("what cannot be drawn is told, with 2", async () => {
    const nothing = await run("--graph", "svg");
    expect([nothing.exitCode, nothing.stdout]).toEqual([2, ""]);
    const machineAlone = await run("orders", "--timeline");
    expect(machineAlone.stderr).toContain("orders is a state machine: it has no time line.");
    expect(machineAlone.exitCode).toBe(2);
  });
});
