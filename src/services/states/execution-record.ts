/** Executions as they are kept. */

import type { ExecutionStatus, Failure, Phase, Wake } from "../../languages/asl/run/execution.ts";
import type { ExecutionId } from "./keys.ts";

export interface ExecutionRecord {
  readonly status: ExecutionStatus;
  /** The revision of the machine it runs by. */
  readonly revisionKey: string;
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
  readonly startedMs: number;
  readonly stoppedMs?: number | undefined;
  readonly seed: string;
  readonly trace?: string | undefined;
  /** Counts the steps: what was computed from an older one is not committed. */
  readonly steps: number;
  readonly nextThreadId: number;
  readonly nextEventId: number;
  readonly nextTicket: number;
  readonly deadline?: Wake | undefined;
  readonly failure?: Failure | undefined;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
  /** The client token of the last redrive. */
  readonly redriveToken?: string | undefined;
  /** The task of another execution that waits for this one. */
  readonly parent?: ParentTask | undefined;
  /** The map run that this execution is a part of. */
  readonly mapRun?: MapRunChild | undefined;
}

export interface MapRunChild {
  readonly uuid: string;
  /** The Map state whose item processor it runs. */
  readonly stateName: string;
  readonly index: number;
  /** Items it got: more than one in a batch. */
  readonly items: number;
}

export interface ParentTask {
  readonly execution: ExecutionId;
  readonly threadId: number;
  readonly ticket: number;
  /** `.sync:2` gets the output as JSON, `.sync` as text. */
  readonly syncVersion: 1 | 2;
}

export interface ThreadRecord {
  readonly parentId?: number | undefined;
  readonly index: number;
  readonly stateName: string;
  readonly input: string;
  /** JSON. */
  readonly variables: string;
  readonly enteredEventId: number;
  readonly enteredMs: number;
  readonly lastEventId: number;
  readonly retries: readonly number[];
  readonly phase: Phase;
}

/** An event: id, the one before, ms, type, details. */
export type HistoryRow = readonly [number, number, number, string, HistoryDetails | null];

export interface HistoryDetails {
  readonly [member: string]: string | number | Readonly<Record<string, string>>;
}
