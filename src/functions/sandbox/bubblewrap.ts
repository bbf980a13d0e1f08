/** Carries out a sandbox plan by `bwrap`: https://github.com/containers/bubblewrap */
import type { ProcessCommand } from "../processes/function-process.ts";
import { SANDBOX_GID, SANDBOX_UID, type SandboxPlan } from "./plan.ts";

/** Read by the dynamic linker: not for `bwrap` itself, which does not see what they name. */
const LINKER_VARIABLE = /^LD_/;

/** From the process that is started to the function's program: `bwrap`, and its first process. */
const PROCESSES_ABOVE = 2;

export function bubblewrapCommand(
  bwrap: string,
  plan: SandboxPlan,
  command: ProcessCommand,
): ProcessCommand {
  const { root } = plan;
  const variables = Object.entries(command.environment);
  const late = variables.filter(([name]) => LINKER_VARIABLE.test(name));
  return {
    program: bwrap,
    arguments: [
      ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--die-with-parent"],
      ...["--uid", String(SANDBOX_UID), "--gid", String(SANDBOX_GID), "--cap-drop", "ALL"],
      ...(root === undefined ? [] : ["--ro-bind", root, "/"]),
      ...plan.shown.flatMap(({ from, at, isWritable }) => [
        isWritable ? "--bind" : "--ro-bind",
        from,
        at,
      ]),
      ...plan.links.flatMap(({ at, target }) => ["--symlink", target, at]),
      ...["--proc", "/proc", "--dev", "/dev"],
      ...(root === undefined ? ["--remount-ro", "/"] : []),
      ...late.flatMap(([name, value]) => ["--setenv", name, value]),
      ...["--chdir", command.workingDirectory, "--", command.program, ...command.arguments],
    ],
    environment: Object.fromEntries(variables.filter(([name]) => !LINKER_VARIABLE.test(name))),
    workingDirectory: "/",
    processesAbove: PROCESSES_ABOVE,
  };
}
