/** An execution before its first step. */
import type { ExecutionState } from "./execution.ts";

/** The thread that every other descends from. */
export const ROOT_ID = 1;

export const NEW_EXECUTION: ExecutionState = {
  status: "RUNNING",
  steps: 0,
  threads: new Map(),
  items: new Map(),
  results: new Map(),
  nextThreadId: ROOT_ID,
  nextEventId: 1,
  nextTicket: 1,
};
