/** `millrace doctor`: what this machine has for Millrace, and what it lacks. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { NODE_FLOOR, VERSION } from "../../app/version.ts";
import { EXIT_FAILURE } from "../../base/operator-error.ts";
import type { RuntimeStatus } from "../../functions/function-host.ts";
import { findContainerEngines } from "../../functions/images/container-engine.ts";
import { createRuntimes } from "../../functions/runtimes/runtimes.ts";
import { findSandboxTool } from "../../functions/sandbox/tool.ts";
import { callEngine, DEFAULT_PORT, engineEndpoint, probeEngine } from "../engine.ts";
import { absolutePaths } from "../local-engine.ts";
import type { Terminal } from "../terminal.ts";

interface Finding {
  readonly subject: string;
  /** `missing` is needed only by those who use it; `broken` keeps Millrace from working. */
  readonly state: "good" | "missing" | "broken";
  readonly detail: string;
  readonly fix?: string;
}

const PROBE_MS_MAX = 10_000;
const run = promisify(execFile);

export interface DoctorOptions {
  readonly data: string;
  /** Asked of this command alone: a running engine tells of its own. */
  readonly interpreter?: Readonly<Record<string, string>>;
  readonly runtimeClient?: Readonly<Record<string, string>>;
}

export async function doctor(terminal: Terminal, options: DoctorOptions): Promise<number> {
  const findings = await terminal.progress("Looking around", examine(options));
  const isFit = findings.every(({ state }) => state !== "broken");
  terminal.data(
    { version: VERSION, fit: isFit, findings },
    findings.map((finding) => format(terminal, finding)).join("\n"),
  );
  return isFit ? 0 : EXIT_FAILURE;
}

async function examine({
  data,
  interpreter,
  runtimeClient,
}: DoctorOptions): Promise<readonly Finding[]> {
  const endpoint = engineEndpoint();
  const engine = await probeEngine(endpoint);
  const runtimes =
    engine === undefined
      ? await createRuntimes({
          interpreters: absolutePaths(interpreter ?? {}),
          clients: absolutePaths(runtimeClient ?? {}),
        }).statuses()
      : ((await callEngine(endpoint, "GET", "/runtimes")) as readonly RuntimeStatus[]);
  return [
    { subject: "Millrace", state: "good", detail: VERSION },
    nodeFinding(),
    engine === undefined
      ? { subject: "Engine", state: "good", detail: `none answers at ${endpoint}` }
      : engineFinding(endpoint, engine.version),
    ...(engine === undefined ? [await portFinding()] : []),
    dataFinding(path.resolve(data)),
    ...(await Promise.all(runtimes.map(runtimeFinding))),
    await sandboxFinding(),
    await containersFinding(),
  ];
}

function nodeFinding(): Finding {
  const own = process.versions.node;
  const isEnough = own.localeCompare(NODE_FLOOR, "en", { numeric: true }) >= 0;
  return {
    subject: "Node.js",
    state: isEnough ? "good" : "broken",
    detail: `${own} at ${process.execPath}`,
    ...(isEnough ? {} : { fix: `Install Node.js ${NODE_FLOOR} or later.` }),
  };
}

function engineFinding(endpoint: string, version: string): Finding {
  const isSame = version === VERSION;
  return {
    subject: "Engine",
    state: isSame ? "good" : "missing",
    detail: `${version} answers at ${endpoint}`,
    ...(isSame ? {} : { fix: `Start it again: this command is of version ${VERSION}.` }),
  };
}

async function portFinding(): Promise<Finding> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(DEFAULT_PORT, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return {
    subject: "Port",
    state: isFree ? "good" : "missing",
    detail: `${DEFAULT_PORT} is ${isFree ? "free" : "taken by another program"}`,
    ...(isFree ? {} : { fix: "Stop that program, or give --port and set MILLRACE_ENDPOINT." }),
  };
}

/** The folder itself, or the first above it that exists and in which it would be made. */
function dataFinding(directory: string): Finding {
  let existing = directory;
  while (!existsSync(existing)) {
    existing = path.dirname(existing);
  }
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    const detail = existing === directory ? directory : `${directory} (made at the first start)`;
    return { subject: "Data", state: "good", detail };
  } catch {
    return {
      subject: "Data",
      state: "broken",
      detail: `${existing} cannot be written`,
      fix: "Let this user write it, or choose another folder with --data.",
    };
  }
}

async function runtimeFinding(status: RuntimeStatus): Promise<Finding> {
  const { runtime: subject, interpreter, version, note, remedy } = status;
  if (interpreter === undefined) {
    return remedy === undefined
      ? { subject, state: "good", detail: note ?? "" }
      : { subject, state: "missing", detail: "no interpreter found", fix: remedy };
  }
  const detail = [`${version} at ${interpreter}`, note].filter((part) => part !== undefined);
  if (remedy !== undefined) {
    return { subject, state: "missing", detail: detail.join(", "), fix: remedy };
  }
  if (!subject.startsWith("python")) {
    return { subject, state: "good", detail: detail.join(", ") };
  }
  if (note?.includes("boto3")) {
    return { subject, state: "good", detail: detail.join(", ") };
  }
  const boto3 = await boto3Version(interpreter);
  return {
    subject,
    state: boto3 === undefined ? "missing" : "good",
    detail: [...detail, boto3 === undefined ? "without boto3" : `boto3 ${boto3}`].join(", "),
    ...(boto3 === undefined
      ? { fix: `Functions that import boto3 need it: ${interpreter} -m pip install boto3` }
      : {}),
  };
}

/** For functions of container images, and for all of them with `--sandbox`. */
async function sandboxFinding(): Promise<Finding> {
  const found = await findSandboxTool();
  return found.name === undefined
    ? { subject: "Sandboxes", state: "missing", detail: found.problem, fix: found.remedy }
    : { subject: "Sandboxes", state: "good", detail: `by ${found.name}` };
}

/** Nothing needs one: with it, images can be named as they are there, and built. */
async function containersFinding(): Promise<Finding> {
  const { live, problems } = await findContainerEngines();
  const names = live.map(({ name }) => name).join(", ");
  const detail = live.length === 0 ? `none answers: ${problems.join(" ")}` : names;
  return { subject: "Containers", state: "good", detail };
}

/** Lambda's Python runtimes have boto3; here it comes from the interpreter's own packages. */
async function boto3Version(python: string): Promise<string | undefined> {
  try {
    const script = "import boto3; print(boto3.__version__)";
    const { stdout } = await run(python, ["-c", script], { timeout: PROBE_MS_MAX });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function format(terminal: Terminal, finding: Finding): string {
  const { green, yellow, red, dim } = terminal.colors;
  const sign = { good: green("✓"), missing: yellow("!"), broken: red("✗") }[finding.state];
  const line = `${sign} ${finding.subject.padEnd(16)} ${finding.detail}`;
  return finding.fix === undefined ? line : `${line}\n  ${" ".repeat(16)} ${dim(finding.fix)}`;
}
