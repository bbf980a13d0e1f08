/** The commands and their options. What a command does is loaded when it is called. */
import { Command, Option } from "commander";
import { VERSION } from "../app/version.ts";
import type { DeployCommandOptions } from "./commands/deploy.ts";
import type { DevOptions } from "./commands/dev.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { ExecutionsOptions } from "./commands/executions.ts";
import type { InvokeOptions } from "./commands/invoke.ts";
import type { JournalOptions } from "./commands/journal.ts";
import type { LogsOptions } from "./commands/logs.ts";
import type { OutboxOptions } from "./commands/outbox.ts";
import { DEFAULT_PORT } from "./engine.ts";
import type { LocalEngineOptions } from "./local-engine.ts";
import {
  callerOptions,
  collected,
  debugTarget,
  durationMs,
  imageOption,
  interpreterOption,
  keyValue,
  layerOption,
  portNumber,
  runtimeClientOption,
  sandboxOption,
} from "./options.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

type Run = (terminal: Terminal, command: Command) => Promise<number>;

const DATA_DEFAULT = ".millrace";
const DURABILITIES = ["durable", "relaxed", "memory"];
const LOG_LEVELS = ["debug", "info", "warn", "error"];
const TEMPLATE = "a SAM or CloudFormation template, or the folder that has one (default: here)";

/** `onExit` gets the exit code of the command that ran. */
export function createProgram(onExit: (code: number) => void): Command {
  const program = new Command("millrace")
    .description("Runs serverless, event-driven AWS applications on your own machine.")
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--json", "print data as JSON, a value a line")
    .addHelpText("after", HELP_TAIL)
    .exitOverride();
  const command = (name: string, run: Run): Command => {
    const added = program.command(name).allowExcessArguments(false);
    return added.action(async () => onExit(await run(createTerminal(jsonOption(added)), added)));
  };
  describeDev(command("dev", runDev));
  describeStart(command("start", runStart));
  describeDeploy(command("deploy", runDeploy));
  describeInvoke(command("invoke", runInvoke));
  describeLogs(command("logs", runLogs));
  describeExecutions(command("executions", runExecutions));
  describeJournal(command("journal", runJournal));
  describeOutbox(command("outbox", runOutbox));
  describeReset(command("reset", runReset));
  describeDoctor(command("doctor", runDoctor));
  return program;
}

const HELP_TAIL = `
The commands that talk to a running engine find it at MILLRACE_ENDPOINT,
or else at http://127.0.0.1:${DEFAULT_PORT}.`;

export function jsonOption(command: Command): { readonly json: boolean } {
  return { json: command.optsWithGlobals<{ json?: boolean }>().json === true };
}

const runDev: Run = async (terminal, command) => {
  const { dev } = await import("./commands/dev.ts");
  return dev(terminal, command.args[0], command.opts<DevOptions>());
};

function describeDev(command: Command): void {
  command
    .summary("run an application, and update it whenever a file is saved")
    .description(
      "Starts the engine, builds and deploys the template, shows where everything is reached and " +
        "what functions log, and deploys again what a saved file changed.",
    )
    .argument("[template]", TEMPLATE)
    .addOption(portOption())
    .addOption(dataOption("(default: .millrace beside the template)"))
    .addOption(memoryOption())
    .addOption(interpreterOption())
    .addOption(runtimeClientOption())
    .addOption(imageOption())
    .addOption(layerOption())
    .addOption(sandboxOption())
    .addOption(
      new Option(
        "--debug <name[=port]>",
        "let a debugger attach to a function, and give it no time limit (repeatable)",
      ).argParser(debugTarget),
    )
    .option("--no-watch", "deploy once, and leave changed files alone");
  addStackOptions(command);
}

const runStart: Run = async (terminal, command) => {
  const { start } = await import("./commands/start.ts");
  return start(terminal, command.opts<LocalEngineOptions>());
};

function describeStart(command: Command): void {
  command
    .summary("start an engine with nothing in it, or with what its data folder holds")
    .addOption(portOption())
    .addOption(dataOption("").default(DATA_DEFAULT))
    .addOption(memoryOption().conflicts("durability"))
    .addOption(interpreterOption())
    .addOption(runtimeClientOption())
    .addOption(imageOption())
    .addOption(layerOption())
    .addOption(sandboxOption())
    .addOption(
      new Option("--durability <kind>", "what a crash or power loss may take")
        .choices(DURABILITIES)
        .default("durable"),
    )
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--allow-host <name>", "a further host name of this engine (repeatable)", collected)
    .option("--tls-cert <file>", "a certificate in PEM: the port answers TLS as well")
    .option("--tls-key <file>", "the certificate's key in PEM")
    .addOption(
      new Option("--log-level <level>", "the least the engine says of itself")
        .choices(LOG_LEVELS)
        .default("warn"),
    );
}

const runDeploy: Run = async (terminal, command) => {
  const { deploy } = await import("./commands/deploy.ts");
  return deploy(terminal, command.args[0], command.opts<DeployCommandOptions>());
};

function describeDeploy(command: Command): void {
  command
    .summary("build an application and deploy it into the running engine")
    .argument("[template]", TEMPLATE)
    .addOption(imageOption());
  addStackOptions(command);
}

const runInvoke: Run = async (terminal, command) => {
  const { invoke } = await import("./commands/invoke.ts");
  return invoke(terminal, command.args[0] ?? "", command.opts<InvokeOptions>());
};

function describeInvoke(command: Command): void {
  command
    .summary("call a function, and print what it returns")
    .description("Calls a function and prints what it returns. Ends with 1 when it fails.")
    .argument("<name>", "the function's name, or its logical id in a template")
    .option("-p, --payload <json>", "the event: JSON, @file, or - for standard input")
    .option("--async", "let it run in the background, with Lambda's retries")
    .option("--tail", "print the end of its log as well");
  addCallerOptions(command);
}

const runLogs: Run = async (terminal, command) => {
  const { logs } = await import("./commands/logs.ts");
  return logs(terminal, command.args[0], command.opts<LogsOptions>());
};

function describeLogs(command: Command): void {
  command
    .summary("print what functions wrote")
    .argument("[name]", "a function's name or logical id (default: all functions)")
    .option("-f, --follow", "go on with what they write from now on")
    .addOption(
      new Option("--since <span>", "how far back: 90s, 5m, 2h, 1d")
        .argParser(durationMs)
        .default(durationMs("10m"), "10m"),
    )
    .option("--filter <pattern>", "a filter pattern of CloudWatch Logs: ERROR, { $.level = ... }");
  addCallerOptions(command);
}

const runExecutions: Run = async (terminal, command) => {
  const { executions } = await import("./commands/executions.ts");
  return executions(terminal, command.args[0], command.opts<ExecutionsOptions>());
};

function describeExecutions(command: Command): void {
  command
    .summary("print executions of state machines, follow them, draw them")
    .description(
      "Prints the executions of all state machines or of one; of one execution, its states on a " +
        "time line. Follows them, and draws a state machine or an execution.",
    )
    .argument("[name]", "a state machine's name or logical id, or an execution's name")
    .option("-f, --follow", "go on with what happens from now on; one execution, until its end")
    .addOption(
      new Option(
        "--graph <form>",
        "print it as a graph: millrace executions NAME --graph svg > a.svg",
      ).choices(["svg", "mermaid"]),
    )
    .option("--timeline", "with the time line of its states, in the form of the graph")
    .addOption(
      new Option("-n, --limit <count>", "the youngest that many").argParser(Number).default(100),
    );
  addCallerOptions(command);
}

const runJournal: Run = async (terminal, command) => {
  const { journal } = await import("./commands/journal.ts");
  return journal(terminal, command.opts<JournalOptions>());
};

function describeJournal(command: Command): void {
  command
    .summary("print what caused what: requests, deliveries, invocations, jobs")
    .description(
      "Prints the hops of events, as far back as the running engine keeps them: the requests it " +
        "answered, what it delivered to whom, which functions ran, what was tried outside of it.",
    )
    .option("-f, --follow", "go on with what happens from now on")
    .option("--trace <root>", "only the hops of one trace: 1-5759e988-bd862e3fe1be46a994272793")
    .addOption(
      new Option("-n, --limit <count>", "the newest that many").argParser(Number).default(100),
    );
}

const runOutbox: Run = async (terminal, command) => {
  const { outbox } = await import("./commands/outbox.ts");
  return outbox(terminal, command.opts<OutboxOptions>());
};

function describeOutbox(command: Command): void {
  command
    .summary("print the e-mails and text messages that topics wrote")
    .description(
      "Prints the e-mails and text messages of SNS, which are kept instead of sent: notifications, " +
        "and the links by which an address confirms its subscription.",
    )
    .addOption(
      new Option("--protocol <name>", "only those of one kind").choices([
        "email",
        "email-json",
        "sms",
      ]),
    )
    .option("--address <address>", "only those to one e-mail address or phone number")
    .addOption(
      new Option("-n, --limit <count>", "the newest that many").argParser(Number).default(100),
    );
}

const runReset: Run = async (terminal, command) => {
  const { reset } = await import("./commands/reset.ts");
  return reset(terminal, command.opts<{ yes?: boolean }>());
};

function describeReset(command: Command): void {
  command
    .summary("remove everything in the running engine")
    .option("-y, --yes", "do not ask first");
}

const runDoctor: Run = async (terminal, command) => {
  const { doctor } = await import("./commands/doctor.ts");
  return doctor(terminal, command.opts<DoctorOptions>());
};

function describeDoctor(command: Command): void {
  command
    .summary("check what this machine has for Millrace, and say how to get the rest")
    .addOption(interpreterOption())
    .addOption(runtimeClientOption())
    .addOption(dataOption("").default(DATA_DEFAULT));
}

function addStackOptions(command: Command): void {
  command
    .option("--stack-name <name>", "the stack's name (default: that of the folder)")
    .option("--parameter <key=value>", "a parameter of the template (repeatable)", keyValue);
  addCallerOptions(command);
}

function addCallerOptions(command: Command): void {
  for (const option of callerOptions()) {
    command.addOption(option);
  }
}

function portOption(): Option {
  return new Option("--port <number>", "the port to listen on, 0 for a free one")
    .argParser(portNumber)
    .default(DEFAULT_PORT);
}

function dataOption(note: string): Option {
  return new Option("--data <folder>", `where data is kept ${note}`.trim());
}

function memoryOption(): Option {
  return new Option("--memory", "keep nothing on disk: gone when the engine stops").conflicts(
    "data",
  );
}
