/** Finds what this machine can put a process into a sandbox with, by trying it. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findExecutable } from "../processes/executable.ts";
import type { ProcessCommand } from "../processes/function-process.ts";
import { bubblewrapCommand } from "./bubblewrap.ts";
import { type NamespaceTools, namespacesCommand } from "./namespaces.ts";
import { folder, type SandboxPlan, writable } from "./plan.ts";
import { systemFolders } from "./system.ts";

export interface SandboxTool {
  readonly name: "bubblewrap" | "namespaces";
  /** `directory`: an empty folder of the environment alone. */
  enter(plan: SandboxPlan, command: ProcessCommand, directory: string): ProcessCommand;
}

/** This machine can give a process no sandbox. */
export interface NoSandbox {
  readonly name: undefined;
  /** Sentences: what was tried, and how it went. */
  readonly problem: string;
  readonly remedy: string;
}

const PROBE_TIMEOUT_MS = 10_000;
const SYSTEM_PROGRAMS = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
/** Of what a failed try said, in characters. */
const REASON_MAX = 200;

/** The first that works. */
export async function findSandboxTool(
  candidates: readonly Candidate[] = sandboxCandidates(),
): Promise<SandboxTool | NoSandbox> {
  const problems: string[] = [];
  for (const candidate of candidates) {
    const problem =
      candidate.tool === undefined ? candidate.missing : await failure(candidate.tool);
    if (problem === undefined && candidate.tool !== undefined) {
      return candidate.tool;
    }
    problems.push(`${candidate.name}: ${problem}.`);
  }
  return {
    name: undefined,
    problem: `This machine has no sandbox for functions. ${problems.join(" ")}`,
    remedy:
      process.platform === "linux"
        ? "Install bubblewrap (apt install bubblewrap, dnf install bubblewrap), or allow user " +
          "namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu)."
        : "Run Millrace on Linux, or in a Linux virtual machine.",
  };
}

/** In the order in which they are tried. */
export function sandboxCandidates(): readonly Candidate[] {
  return [bubblewrap(), namespaces()];
}

export interface Candidate {
  readonly name: SandboxTool["name"];
  /** Absent where its programs are not there: then `missing` says which. */
  readonly tool: SandboxTool | undefined;
  readonly missing: string;
}

function bubblewrap(): Candidate {
  const bwrap = find("bwrap");
  return {
    name: "bubblewrap",
    missing: "bwrap is not installed",
    tool:
      bwrap === undefined
        ? undefined
        : {
            name: "bubblewrap",
            enter: (plan, command) => bubblewrapCommand(bwrap, plan, command),
          },
  };
}

function namespaces(): Candidate {
  const names = ["unshare", "mount", "mkdir", "ln"] as const;
  const found = names.map((name) => [name, find(name)] as const);
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
  const tools = Object.fromEntries(found) as unknown as NamespaceTools;
  return {
    name: "namespaces",
    missing: `${missing.join(", ")} of util-linux and coreutils are not installed`,
    tool:
      missing.length > 0 || process.platform !== "linux"
        ? undefined
        : {
            name: "namespaces",
            enter: (plan, command, directory) => namespacesCommand(tools, plan, command, directory),
          },
  };
}

function find(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return findExecutable(program, [...folders, ...SYSTEM_PROGRAMS]);
}

/** Tries what images need, and what packages need: `undefined` when a program runs in both. */
async function failure(tool: SandboxTool): Promise<string | undefined> {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-sandbox-"));
  const own = writable(folder(directory, "/tmp"));
  const { shown, links } = systemFolders();
  const plans: readonly SandboxPlan[] = [
    { root: "/", shown: [own], links: [] },
    { root: undefined, shown: [...shown, own], links },
  ];
  try {
    for (const plan of plans) {
      const problem = await failureOf(tool, plan, path.join(directory, "root"));
      if (problem !== undefined) {
        return problem;
      }
    }
    return undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function failureOf(
  tool: SandboxTool,
  plan: SandboxPlan,
  directory: string,
): Promise<string | undefined> {
  mkdirSync(directory, { recursive: true });
  const command = tool.enter(
    plan,
    { program: "/bin/sh", arguments: ["-c", "exit 0"], environment: {}, workingDirectory: "/" },
    directory,
  );
  return new Promise((resolve) => {
    execFile(
      command.program,
      command.arguments,
      { timeout: PROBE_TIMEOUT_MS, env: command.environment, cwd: command.workingDirectory },
      (error, _stdout, stderr) => resolve(error === null ? undefined : reason(error, stderr)),
    );
  });
}

function reason(error: Error, stderr: string): string {
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return (said === "" ? error.message : said).slice(0, REASON_MAX).replace(/\.$/, "");
}
