/** Map runs as they are kept: the executions that a Map state in distributed mode has its items run by. */
import type {
  Failure,
  MapRunSettings,
  TaskReference,
} from "../../../languages/asl/run/execution.ts";
import type { ExecutionId } from "../keys.ts";

export interface MapRunRecord {
  readonly uuid: string;
  /** The execution that waits, and its thread. */
  readonly execution: ExecutionId;
  readonly threadId: number;
  readonly ticket: number;
  readonly stateName: string;
  readonly label: string;
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  /** What is being done: items are read, executions run, the end is made; a redrive is prepared. */
  readonly stage: "reading" | "running" | "ending" | "over" | "redriving";
  readonly startedMs: number;
  readonly stoppedMs?: number | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  /** Executions there are to be, and the next to begin. */
  readonly total: number;
  readonly next: number;
  /** Somebody is about to begin more. */
  readonly isStarting: boolean;
  readonly executions: Counts;
  readonly items: Counts;
  readonly failure?: Failure | undefined;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
  /** The end waits for executions that are being stopped. */
  readonly isStopping?: boolean | undefined;
  /** A redrive that waits until what is under way is over: the thread that asked, and its ticket. */
  readonly redriveAsked?: TaskReference | undefined;
  /** While a redrive is prepared: the next result to be looked at. */
  readonly redriveFrom: number;
}

export interface Counts {
  readonly total: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable: number;
  readonly pendingRedrive: number;
}

/** Which count an execution that ended in a status belongs to. */
export const COUNT_OF = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
} as const;

export const NO_COUNTS: Counts = {
  total: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  resultsWritten: 0,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
};

/** How many came to their end. */
export function closed({ succeeded, failed, timedOut, aborted }: Counts): number {
  return succeeded + failed + timedOut + aborted;
}

/** What a child execution is to get: an item, or a batch of them. */
export interface RunItems {
  /** JSON: an array of `{ value, key? }`. */
  readonly text: string;
  readonly count: number;
  /** The index of the first among all items. */
  readonly firstIndex: number;
}

/** How a child execution ended. */
export interface ChildResult {
  readonly name: string;
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly output?: string | undefined;
  readonly failure?: Failure | undefined;
  /** Items it had: more than one in a batch. */
  readonly items: number;
  readonly input: string;
  readonly startedMs: number;
  readonly stoppedMs: number;
  readonly redriveCount: number;
}

/** Executions of one run at once, when nothing else is said. */
export const CONCURRENCY_MAX = 1_000;

export interface LoadedRun {
  readonly run: MapRunRecord;
  readonly settings: MapRunSettings;
}

export function childId(run: MapRunRecord, index: number): ExecutionId {
  const { execution, label, uuid } = run;
  return { ...execution, machine: `${execution.machine}/${label}`, name: childName(uuid, index) };
}

/** The name of a child: of the run and its number, so that it can be found again. */
function childName(uuid: string, index: number): string {
  return `${uuid.slice(0, 24)}${index.toString(16).padStart(12, "0")}`;
}
