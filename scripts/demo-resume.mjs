#!/usr/bin/env node
/**
 * `npm run demo:resume`: workflows that survive `kill -9`, to watch.
 *
 * Starts an engine on a fresh folder, deploys a small workflow, starts executions of it, kills the
 * engine with SIGKILL twice in the middle, starts it again each time, and looks at the history of
 * what went on. Ends with 0 when every execution has succeeded with one unbroken history.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";

const EXECUTIONS = ["ada", "grace", "hedy"];
const LOOK_EVERY_MS = 50;
const GIVE_UP_MS = 60_000;
const cli = fileURLToPath(new URL("../bin/millrace.js", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "millrace-demo-"));
const data = path.join(folder, "data");
const startedAt = performance.now();
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const TEMPLATE = {
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Work: {
      Type: "AWS::Serverless::Function",
      Properties: {
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Timeout: 10,
        InlineCode: `exports.handler = async ({ what, ms = 100 }) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return what + " done";
};`,
      },
    },
    Workflow: {
      Type: "AWS::Serverless::StateMachine",
      Properties: {
        Policies: [{ LambdaInvokePolicy: { FunctionName: { Ref: "Work" } } }],
        DefinitionSubstitutions: { Work: { "Fn::GetAtt": ["Work", "Arn"] } },
        Definition: {
          QueryLanguage: "JSONata",
          StartAt: "WaitFirst",
          States: {
            WaitFirst: { Type: "Wait", Seconds: 1, Next: "SlowTask" },
            SlowTask: task({ what: "slow", ms: 1_500 }, { Next: "Both" }),
            Both: {
              Type: "Parallel",
              Branches: [
                { StartAt: "Left", States: { Left: task({ what: "left" }, { End: true }) } },
                { StartAt: "Right", States: { Right: { Type: "Wait", Seconds: 3, End: true } } },
              ],
              Next: "Each",
            },
            Each: {
              Type: "Map",
              Items: [1, 2, 3],
              ItemProcessor: {
                StartAt: "One",
                States: {
                  One: task({ what: "{% 'item ' & $string($states.input) %}" }, { End: true }),
                },
              },
              End: true,
            },
          },
        },
      },
    },
  },
};
const OUTPUT = '["item 1 done","item 2 done","item 3 done"]';

function task(input, then) {
  // A task that is under way when the engine dies is done again: no Retry is needed for that.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
  return { Type: "Task", Resource: "${Work}", Arguments: input, ...then };
}

function say(text) {
  process.stdout.write(
    `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${text}\n`,
  );
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return String(port);
}

/** The running engine; `kill -9` is `engine.kill("SIGKILL")`. */
async function startEngine(port) {
  const engine = spawn(process.execPath, [cli, "start", "--json", "--port", port, "--data", data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: engine.stdout })) {
    const { endpoint, pid } = JSON.parse(line);
    return { engine, endpoint, pid };
  }
  throw new Error("the engine did not start");
}

async function deploy(endpoint) {
  const template = path.join(folder, "template.json");
  writeFileSync(template, JSON.stringify(TEMPLATE));
  const child = spawn(
    process.execPath,
    [cli, "deploy", template, "--stack-name", "demo", "--json"],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, MILLRACE_ENDPOINT: endpoint },
    },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) {
    throw new Error(`the deployment ended with ${code}`);
  }
}

async function kill({ engine, pid }) {
  engine.kill("SIGKILL");
  await once(engine, "exit");
  say(`kill -9 ${pid}: the engine is gone`);
}

async function historyOf(client, executionArn) {
  const events = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) {
    events.push(...page.events);
  }
  return events;
}

/** Looks until the history of each execution has an event that `isMeant`; gives their lengths. */
async function until(client, arns, isMeant) {
  const untilMs = performance.now() + GIVE_UP_MS;
  while (performance.now() < untilMs) {
    const histories = await Promise.all(arns.map((arn) => historyOf(client, arn)));
    if (histories.every((events) => events.some(isMeant))) {
      return histories.map((events) => events.length);
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error("the executions do not go on");
}

const entered = (name) => (event) => event.stateEnteredEventDetails?.name === name;
const isOver = (event) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(event.type);

function print(events, lengthsAtKills) {
  for (const { id, timestamp, type, ...event } of events) {
    const name = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name ?? "";
    const time = timestamp.toISOString().slice(11, 23);
    process.stdout.write(
      `         ${String(id).padStart(3)}  ${time}  ${type.padEnd(26)} ${name}\n`,
    );
    if (lengthsAtKills.includes(id)) {
      process.stdout.write("              ------------  kill -9, and a new engine\n");
    }
  }
}

/** What is wrong with an execution, or nothing. */
function faultOf({ status, output }, events) {
  if (status !== "SUCCEEDED" || output !== OUTPUT) {
    return `ended ${status} with ${output}`;
  }
  if (events.some(({ id }, at) => id !== at + 1) || events.filter(isOver).length !== 1) {
    return "has a history with gaps";
  }
  const isBack = events.some(({ timestamp }, at) => at > 0 && timestamp < events[at - 1].timestamp);
  return isBack ? "has a history that goes back in time" : undefined;
}

async function demo() {
  const port = await freePort();
  let running = await startEngine(port);
  engines.push(running.engine);
  const { endpoint } = running;
  say(`an engine on ${data}, process ${running.pid}`);
  await deploy(endpoint);
  say("deployed: Wait, Task, Parallel, Map");
  const client = new SFNClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "any" },
  });
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  const [{ stateMachineArn }] = stateMachines;
  const arns = [];
  for (const name of EXECUTIONS) {
    const started = await client.send(new StartExecutionCommand({ stateMachineArn, name }));
    arns.push(started.executionArn);
  }
  say(`started: ${EXECUTIONS.join(", ")}`);
  const kills = [];
  for (const [state, where] of [
    ["SlowTask", "in the middle of a task"],
    ["Right", "in the middle of a Parallel state"],
  ]) {
    kills.push(await until(client, arns, entered(state)));
    say(`all are ${where}`);
    await kill(running);
    running = await startEngine(port);
    engines.push(running.engine);
    say(`started again, process ${running.pid}; the executions go on`);
  }
  await until(client, arns, isOver);
  return report(client, arns, kills);
}

async function report(client, arns, kills) {
  const faults = [];
  for (const [at, executionArn] of arns.entries()) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    const events = await historyOf(client, executionArn);
    const fault = faultOf(execution, events);
    say(
      `${execution.name}: ${fault ?? `${execution.status}, ${events.length} events without a gap`}`,
    );
    if (at === 0) {
      print(
        events,
        kills.map((lengths) => lengths[0]),
      );
    }
    faults.push(...(fault === undefined ? [] : [fault]));
  }
  return faults.length === 0;
}

const engines = [];
let isWhole = false;
try {
  isWhole = await demo();
  say(isWhole ? "Every execution went on where it was." : "Something was lost.");
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
} finally {
  const last = engines.at(-1);
  if (last !== undefined && last.exitCode === null && last.signalCode === null) {
    last.kill("SIGTERM");
    await once(last, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isWhole ? 0 : 1);
