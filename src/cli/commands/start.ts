/** `millrace start`: the bare engine. */
import { VERSION } from "../../app/version.ts";
import { greeting, type LocalEngineOptions, startEngine } from "../local-engine.ts";
import { stopSignal } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";

export async function start(terminal: Terminal, options: LocalEngineOptions): Promise<number> {
  const stopped = stopSignal();
  const engine = await terminal.progress("Opening the data", startEngine(terminal, options));
  terminal.data(
    {
      endpoint: engine.endpoint,
      pid: process.pid,
      data: engine.dataPlace,
      version: VERSION,
    },
    greeting(engine),
  );
  await stopped;
  await terminal.progress("Stopping", engine.close());
  return 0;
}
