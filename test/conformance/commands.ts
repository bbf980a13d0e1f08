/** Clients that are programs of their own: whether this machine has them, and what they print. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { ACCOUNT, type Engine, REGION } from "./engine.ts";

/** A client that says no more is a failure, not a wait. */
const TIMEOUT_MS = 120_000;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Run = (command: string, args: readonly string[]) => Promise<Ran>;

/** Runs commands that reach the engine, in a home of their own: no settings of the user's. */
export function createRun(engine: Engine): Run {
  const home = mkdtempSync(path.join(tmpdir(), "millrace-client-"));
  afterAll(() => rmSync(home, { recursive: true }));
  const env = {
    ...process.env,
    AWS_CONFIG_FILE: path.join(home, "config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(home, "credentials"),
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: "any",
    AWS_PAGER: "",
  };
  return (command, args) =>
    new Promise((resolve) => {
      execFile(command, args, { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : Number(error.code) || 1;
        resolve({ exitCode, stdout, stderr: stderr || String(error?.message ?? "") });
      });
    });
}

/** Why the tests of a client cannot run here, or `undefined` when they can. */
export async function missingClient(
  run: Run,
  command: string,
  args: readonly string[],
): Promise<string | undefined> {
  const { exitCode } = await run(command, args);
  return exitCode === 0 ? undefined : `\`${[command, ...args].join(" ")}\` does not run here`;
}
