/**
 * Ends the processes of functions when the engine is killed and cannot do it itself.
 *
 * A shell of its own session reads process ids from a pipe. When the pipe closes, the engine has
 * gone, and whatever is still listed is killed with its process group. Bootstraps notice the end of
 * their own sockets too, but only between two turns of user code.
 */
import { type ChildProcess, spawn } from "node:child_process";

const SCRIPT = `
pids=" "
while read -r change pid; do
  if [ "$change" = + ]; then
    pids="$pids$pid "
  else
    case "$pids" in
      *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
    esac
  fi
done
for pid in $pids; do
  kill -s KILL -- "-$pid" 2>/dev/null
done
`;

export interface Reaper {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

/** The shell is started with the first process. */
export function createReaper(onLost: (reason: string) => void): Reaper {
  let shell: ChildProcess | undefined;
  let closed = false;
  const lost = (reason: string): void => {
    if (!closed) {
      closed = true;
      onLost(reason);
    }
  };
  const write = (line: string): void => {
    if (!closed) {
      shell ??= startShell(lost);
      shell.stdin?.write(line);
    }
  };
  return {
    watch: (pid) => write(`+ ${pid}\n`),
    forget: (pid) => write(`- ${pid}\n`),
    close() {
      closed = true;
      shell?.stdin?.end();
    },
  };
}

function startShell(onLost: (reason: string) => void): ChildProcess {
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", (error) => onLost(error.message));
  shell.on("exit", (status, signal) => onLost(`it ended with ${signal ?? `status ${status}`}`));
  shell.stdin.on("error", () => undefined);
  return shell;
}
