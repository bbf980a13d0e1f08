/**
 * What workflows cost: Express and Standard executions of ten Pass states, a Map over a function,
 * and ten thousand executions that wait, through a `kill -9`.
 */
import { residentMiB, startEngine } from "./engine.ts";
import { callJson, jsonHeaders, type Measured, measure, sendAll } from "./load.ts";

const PASSES = 10;
const STANDARD_EXECUTIONS = 2_000;
const MAP_ITEMS = 10_000;
const STARTS_AT_ONCE = 64;
const POLL_MS = 100;
/** Executions are due when all of them should have been started, and half of that time later. */
const LEAD = 1.5;
const LEAD_SECONDS_MIN = 2;
const roleArn = "arn:aws:iam::000000000000:role/bench";

const call = (endpoint: string, operation: string, input: unknown) =>
  callJson(endpoint, "states", `AWSStepFunctions.${operation}`, input);

async function createMachine(
  endpoint: string,
  name: string,
  definition: object,
  type = "STANDARD",
): Promise<string> {
  const input = { name, type, roleArn, definition: JSON.stringify(definition) };
  return (await call(endpoint, "CreateStateMachine", input))["stateMachineArn"] as string;
}

function passes(): object {
  const names = Array.from({ length: PASSES }, (_, at) => `Pass${at}`);
  const states = names.map((name, at) => {
    const next = names[at + 1];
    return [name, { Type: "Pass", ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(states) };
}

export interface ExpressMeasured extends Measured {
  readonly transitionsPerSecond: number;
}

export async function measureExpress(
  endpoint: string,
  options: { readonly connections: number; readonly seconds: number },
): Promise<ExpressMeasured> {
  const name = `bench-express-${options.connections}`;
  const stateMachineArn = await createMachine(endpoint, name, passes(), "EXPRESS");
  const measured = await measure({
    url: endpoint,
    headers: jsonHeaders("states", "AWSStepFunctions.StartSyncExecution"),
    body: JSON.stringify({ stateMachineArn, input: '{"n":1}' }),
    ...options,
  });
  return { ...measured, transitionsPerSecond: measured.requestsPerSecond * PASSES };
}

/** Starts `count` executions, and returns how many a second could be started. */
function start(
  endpoint: string,
  stateMachineArn: string,
  { count, input }: { readonly count: number; readonly input: string },
): Promise<number> {
  return sendAll({
    url: endpoint,
    headers: jsonHeaders("states", "AWSStepFunctions.StartExecution"),
    body: JSON.stringify({ stateMachineArn, input }),
    connections: STARTS_AT_ONCE,
    count,
  });
}

async function untilNoneRuns(endpoint: string, stateMachineArn: string): Promise<void> {
  while (await oneRuns(endpoint, stateMachineArn)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function oneRuns(endpoint: string, stateMachineArn: string): Promise<boolean> {
  let nextToken: unknown;
  do {
    const page = await call(endpoint, "ListExecutions", {
      stateMachineArn,
      statusFilter: "RUNNING",
      maxResults: 1,
      nextToken,
    });
    if ((page["executions"] as readonly unknown[]).length > 0) {
      return true;
    }
    nextToken = page["nextToken"];
  } while (nextToken !== undefined);
  return false;
}

export interface StandardMeasured {
  readonly startedPerSecond: number;
  /** From the first start to the end of the last, each with its history on the disk. */
  readonly transitionsPerSecond: number;
}

export async function measureStandard(endpoint: string): Promise<StandardMeasured> {
  const stateMachineArn = await createMachine(endpoint, "bench-standard", passes());
  const began = performance.now();
  const options = { count: STANDARD_EXECUTIONS, input: '{"n":1}' };
  const startedPerSecond = await start(endpoint, stateMachineArn, options);
  await untilNoneRuns(endpoint, stateMachineArn);
  const seconds = (performance.now() - began) / 1_000;
  return { startedPerSecond, transitionsPerSecond: (STANDARD_EXECUTIONS * PASSES) / seconds };
}

/** Express: a Standard execution's history has no room for so many items. */
export async function measureMap(
  endpoint: string,
): Promise<{ readonly seconds: number; readonly itemsPerSecond: number }> {
  const Resource = await createNothing(endpoint);
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        Items: `{% [1..${MAP_ITEMS}] %}`,
        MaxConcurrency: 8,
        ItemProcessor: {
          StartAt: "Call",
          States: { Call: { Type: "Task", Resource, Output: 1, End: true } },
        },
        Output: "{% $count($states.result) %}",
        End: true,
      },
    },
  };
  const stateMachineArn = await createMachine(endpoint, "bench-map", definition, "EXPRESS");
  const began = performance.now();
  const { status, output, cause } = await call(endpoint, "StartSyncExecution", { stateMachineArn });
  if (output !== String(MAP_ITEMS)) {
    throw new Error(`the Map ended ${status} with ${output}: ${cause}`);
  }
  const seconds = (performance.now() - began) / 1_000;
  return { seconds, itemsPerSecond: MAP_ITEMS / seconds };
}

/** A function that does nothing. */
async function createNothing(endpoint: string): Promise<string> {
  const name = "bench-nothing";
  const Template = {
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Nothing: {
        Type: "AWS::Serverless::Function",
        Properties: {
          FunctionName: name,
          Runtime: "nodejs20.x",
          Handler: "index.handler",
          InlineCode: "exports.handler = async () => 1;",
        },
      },
    },
  };
  await deploy(endpoint, name, JSON.stringify(Template));
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

async function deploy(endpoint: string, StackName: string, TemplateBody: string): Promise<void> {
  const send = async (fields: Readonly<Record<string, string>>): Promise<string> => {
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      authorization: jsonHeaders("cloudformation", "")["authorization"] ?? "",
    };
    const body = new URLSearchParams({ Version: "2010-05-15", StackName, ...fields }).toString();
    return (await fetch(endpoint, { method: "POST", headers, body })).text();
  };
  await send({
    Action: "CreateStack",
    TemplateBody,
    "Capabilities.member.1": "CAPABILITY_IAM",
    "Capabilities.member.2": "CAPABILITY_AUTO_EXPAND",
  });
  let answer = "";
  while (!answer.includes("CREATE_COMPLETE")) {
    answer = await send({ Action: "DescribeStacks" });
    if (answer.includes("ROLLBACK") || answer.includes("<Error>")) {
      throw new Error(answer);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export interface WaitingMeasured {
  readonly startedPerSecond: number;
  /** Of the engine with all of them waiting, and without. */
  readonly residentMiB: number;
  readonly idleMiB: number;
  /** From the moment they all wait for to the end of the last. */
  readonly allWokenSeconds: number;
  /** The same after `kill -9`, all of them being due: from the start of the new process. */
  readonly recoveredSeconds: number;
  readonly recoveredReadyMs: number;
}

export interface WaitingOptions {
  readonly executions: number;
  /** How many can be started. */
  readonly startedPerSecond: number;
}

/** On an engine of its own, whose data nothing else is in. */
export async function measureWaiting(options: WaitingOptions): Promise<WaitingMeasured> {
  let engine = await startEngine();
  try {
    const idleMiB = residentMiB(engine.pid);
    const woken = await startWaiting(engine.endpoint, "bench-woken", options);
    const waitingMiB = residentMiB(engine.pid);
    await sleepUntil(woken.dueMs);
    await untilNoneRuns(engine.endpoint, woken.stateMachineArn);
    const allWokenSeconds = (Date.now() - woken.dueMs) / 1_000;

    const killed = await startWaiting(engine.endpoint, "bench-killed", options);
    await sleepUntil(killed.dueMs - 50);
    const beganMs = performance.now();
    engine = await engine.restart();
    await untilNoneRuns(engine.endpoint, killed.stateMachineArn);
    return {
      startedPerSecond: woken.startedPerSecond,
      residentMiB: waitingMiB,
      idleMiB,
      allWokenSeconds,
      recoveredSeconds: (performance.now() - beganMs) / 1_000,
      recoveredReadyMs: engine.readyMs,
    };
  } finally {
    await engine.stop();
  }
}

async function startWaiting(
  endpoint: string,
  name: string,
  { executions: count, startedPerSecond: expected }: WaitingOptions,
) {
  const stateMachineArn = await createMachine(endpoint, name, {
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", TimestampPath: "$.at", Next: "Go" },
      Go: { Type: "Succeed" },
    },
  });
  const seconds = Math.ceil((count / expected) * LEAD) + LEAD_SECONDS_MIN;
  const dueMs = (Math.floor(Date.now() / 1_000) + seconds) * 1_000;
  const input = JSON.stringify({ at: new Date(dueMs).toISOString() });
  const startedPerSecond = await start(endpoint, stateMachineArn, { count, input });
  if (Date.now() >= dueMs) {
    throw new Error("the executions were due before all of them were started");
  }
  return { stateMachineArn, dueMs, startedPerSecond };
}

function sleepUntil(dueMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - Date.now())));
}
