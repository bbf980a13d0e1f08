/** How a command that failed says so. */
import { EXIT_FAILURE, OperatorError } from "../base/operator-error.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Terminal } from "./terminal.ts";

/** Prints what happened, why, and how to fix it; the result is the exit code. */
export function reportFailure(terminal: Terminal, error: unknown): number {
  const failure = describe(error);
  if (terminal.isJson) {
    terminal.warn(JSON.stringify({ error: failure }));
    return failure.exitCode;
  }
  const { red, dim } = terminal.errorColors;
  const lines = [red(failure.what), failure.why, failure.fix && `${dim("Fix:")} ${failure.fix}`];
  terminal.warn(lines.filter((line) => line !== undefined).join("\n"));
  return failure.exitCode;
}

interface Failure {
  readonly what: string;
  readonly why?: string;
  readonly fix?: string;
  readonly exitCode: number;
}

function describe(error: unknown): Failure {
  if (error instanceof OperatorError) {
    const { message: what, why, fix, exitCode } = error;
    return { what, why, fix, exitCode };
  }
  if (error instanceof AwsError) {
    return { what: `${error.code}: ${error.message}`, exitCode: EXIT_FAILURE };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { what: "Millrace failed.", why: detail, exitCode: EXIT_FAILURE };
}
