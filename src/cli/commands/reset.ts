/** `millrace reset`: empties the running engine. */
import { createInterface } from "node:readline/promises";
import { EXIT_FAILURE, EXIT_USAGE, OperatorError } from "../../base/operator-error.ts";
import { callEngine, runningEngine } from "../engine.ts";
import type { Terminal } from "../terminal.ts";

export async function reset(
  terminal: Terminal,
  options: { readonly yes?: boolean },
): Promise<number> {
  const endpoint = await runningEngine();
  if (options.yes !== true && !(await confirmed(endpoint))) {
    terminal.say("Nothing was changed.");
    return EXIT_FAILURE;
  }
  const done = callEngine(endpoint, "POST", "/reset");
  await terminal.progress("Emptying the engine", done);
  terminal.data({ endpoint, status: "empty" }, `The engine at ${endpoint} is empty.`);
  return 0;
}

async function confirmed(endpoint: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new OperatorError({
      what: "A reset needs a yes.",
      why: `It removes everything in the engine at ${endpoint}, and nobody is there to be asked.`,
      fix: "Say it on the command line: `millrace reset --yes`.",
      exitCode: EXIT_USAGE,
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`Remove everything in the engine at ${endpoint}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
