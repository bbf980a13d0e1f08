/** The entry of the command line: reads it, runs the command, and ends with its exit code. */
import { CommanderError } from "commander";
import { EXIT_USAGE } from "../base/operator-error.ts";
import { reportFailure } from "./failure.ts";
import { createProgram, jsonOption } from "./program.ts";
import { createTerminal } from "./terminal.ts";

/** Whoever reads has gone away (`millrace logs | head`): nothing is left to be said. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

await end(await runCommandLine());

async function runCommandLine(): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    if (process.argv.length <= 2) {
      program.outputHelp();
    } else {
      await program.parseAsync();
    }
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : EXIT_USAGE;
    }
    return reportFailure(createTerminal(jsonOption(program)), error);
  }
}

/** What was written last may still be on its way into a pipe. */
async function end(exitCode: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(exitCode);
}
