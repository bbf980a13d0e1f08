/** Which processes have started which, on Linux: elsewhere nobody has any. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Tells of a process which it has started that still run. */
export type Family = (pid: number) => readonly number[];

/** More processes of one environment than this are not counted. */
const PROCESSES_MAX = 200;

/** All that these processes have started, and what those have, without themselves. */
export function descendantsOf(pids: readonly number[], childrenOf: Family): readonly number[] {
  const known = new Set(pids);
  const waiting = [...pids];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of childrenOf(pid)) {
      if (!known.has(child) && known.size < pids.length + PROCESSES_MAX) {
        known.add(child);
        waiting.push(child);
      }
    }
  }
  return [...known].slice(new Set(pids).size);
}

export function runningFamily(): Family {
  if (process.platform !== "linux") {
    return () => [];
  }
  return existsSync(`/proc/self/task/${process.pid}/children`) ? childrenByThread : scannedFamily();
}

function childrenByThread(pid: number): readonly number[] {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks).flatMap((task) =>
      readFileSync(`${tasks}/${task}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Where the kernel does not tell of children, every process is asked for its parent. */
function scannedFamily(): Family {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) {
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
  }
  return (pid) => children.get(pid) ?? [];
}

/** Of `stat`: the field after the state, behind the name, which may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
