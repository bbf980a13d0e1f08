/**
 * How the processes of an environment see the machine's files, where it is not as the engine does:
 * with `/opt` as on AWS (`mount-view.ts`), or with nothing but what a function has there
 * (`sandbox-view.ts`).
 */
import type { ProcessCommand } from "./function-process.ts";

export interface ProcessView {
  /** What `sandbox.localdomain` is: an address of the loopback network. */
  readonly address: string;
  /** The command that starts the same program, seeing the view. */
  enter(command: ProcessCommand): ProcessCommand;
  /** A path of this machine, or a text with such paths, as processes in the view know it. */
  seen(text: string): string;
}
