/** Which processes a process has started, as Linux tells it. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  /** Since boot, in clock ticks: a pid alone may come again. */
  readonly startedTicks: string;
}

interface ProcessStatus extends ProcessIdentity {
  readonly parentPid: number;
  readonly state: string;
}

export const CAN_SEE_PROCESSES: boolean = process.platform === "linux";

/** Its children and theirs, as long as none has lost its parent. */
export function descendantsOf(pid: number): readonly ProcessIdentity[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statusOf(Number(name)))
    .filter((status) => status !== undefined);
  const found: ProcessStatus[] = [];
  const parents = [pid];
  for (const parent of parents) {
    for (const status of all) {
      if (status.parentPid === parent) {
        found.push(status);
        parents.push(status.pid);
      }
    }
  }
  return found;
}

/** A process that has ended and waits for its parent to notice is not running. */
export function isRunning({ pid, startedTicks }: ProcessIdentity): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.startedTicks === startedTicks && status.state !== "Z";
}

/** Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name stands in parentheses and may hold any character.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    const [state = "", parentPid] = fields;
    return { pid, state, parentPid: Number(parentPid), startedTicks: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
