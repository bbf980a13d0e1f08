/** Why a store cannot be opened, or goes on no further: told to the operator, not to AWS callers. */
import { EXIT_DATA, OperatorError } from "../base/operator-error.ts";

export function folderInUse(
  directory: string,
  holder: { readonly pid: number; readonly host: string },
): OperatorError {
  return new OperatorError({
    what:
      `The data folder ${directory} is in use by another Millrace ` +
      `(process ${holder.pid} on ${holder.host}).`,
    why: "Two engines on one folder would undo each other's work.",
    fix: "Stop that one, or give this one a folder of its own.",
    exitCode: EXIT_DATA,
  });
}

export function folderUnusable(directory: string, reason: string): OperatorError {
  return new OperatorError({
    what: `The data folder ${directory} cannot be used.`,
    why: reason,
    fix: "Let this user read and write it, or choose another folder.",
    exitCode: EXIT_DATA,
  });
}

export function dataFileUnusable(file: string, reason: string): OperatorError {
  return new OperatorError({
    what: `The data file ${file} cannot be opened.`,
    why: `In short: ${reason}.`,
    fix: "Restore it from a copy, or start with another data folder.",
    exitCode: EXIT_DATA,
  });
}

/** `finding`: `has layout version 2`. */
export function wrongLayout(directory: string, finding: string, version: number): OperatorError {
  return new OperatorError({
    what: `The data folder ${directory} ${finding}.`,
    why: `This Millrace reads layout version ${version}.`,
    fix: "Start it with the Millrace that wrote it, or start this one with another folder.",
    exitCode: EXIT_DATA,
  });
}

/** Nothing was acknowledged as durable that the disk does not hold. */
export function diskRefused(options: {
  readonly directory: string;
  readonly cause: unknown;
  readonly freeMib: number;
}): OperatorError {
  const { cause, directory, freeMib } = options;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OperatorError({
    what: `The disk refused a write to ${directory}: ${reason}.`,
    why: `It has ${freeMib} MiB free. What it does not hold was not acknowledged as durable.`,
    fix: "Make room or mend the disk, then start again: until then nothing more is accepted.",
    exitCode: EXIT_DATA,
  });
}

export function storeClosed(): Error {
  return new Error("The store is closed.");
}
