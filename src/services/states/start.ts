/** Beginning a Standard execution: by a request, by a sender's transaction, by another execution. */

import { NEW_EXECUTION } from "../../languages/asl/run/new-execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import { noteMetrics } from "../../outbox/metrics.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { executionArn } from "./arns.ts";
import { executionExists, invalidExecutionInput, invalidName } from "./errors.ts";
import { startedSample } from "./execution-metrics.ts";
import type { ExecutionRecord, ParentTask } from "./execution-record.ts";
import { addEvent } from "./jobs.ts";
import {
  type ExecutionId,
  executionData,
  executionKey,
  executions,
  ownedKey,
  started,
} from "./keys.ts";
import { INPUT_BYTES_MAX } from "./limits.ts";
import { infoOf, type LoadedExecution } from "./loaded-execution.ts";
import type { MachineCache } from "./machine-cache.ts";
import type { Target } from "./target.ts";

export interface NewExecution {
  readonly name: string;
  readonly input: string;
  /** 32 hexadecimal digits. */
  readonly seed: string;
  readonly nowMs: number;
  readonly trace: string | undefined;
  readonly parent?: ParentTask | undefined;
}

const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

export function checkName(name: string): void {
  if (FORBIDDEN_IN_NAMES.test(name)) {
    throw invalidName(name);
  }
}

export function checkInput(input: string): void {
  if (Buffer.byteLength(input) > INPUT_BYTES_MAX) {
    throw invalidExecutionInput("The input exceeds the maximum number of bytes service limit.");
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw invalidExecutionInput(error instanceof Error ? error.message : "not JSON");
  }
}

/** An execution that has not begun: nothing of it is stored. */
export function newExecution(
  target: Target,
  request: NewExecution,
  cache: MachineCache,
): LoadedExecution {
  const { owner, machine, revision, version, alias } = target;
  const id: ExecutionId = { ...owner, machine: machine.name, name: request.name };
  const record: ExecutionRecord = {
    status: "RUNNING",
    revisionKey: revision.key,
    version: version?.number,
    alias: alias?.name,
    startedMs: request.nowMs,
    seed: request.seed,
    trace: request.trace,
    steps: 0,
    nextThreadId: NEW_EXECUTION.nextThreadId,
    nextEventId: NEW_EXECUTION.nextEventId,
    nextTicket: NEW_EXECUTION.nextTicket,
    redriveCount: 0,
    parent: request.parent,
  };
  return {
    id,
    record,
    revision,
    machine: cache.machineOf(revision),
    info: infoOf(id, record, { input: Payload.ofText(request.input), revision }),
    state: NEW_EXECUTION,
  };
}

/**
 * The execution that stands in the way of one of the same name: the same request gets it again,
 * for another one it is an error.
 */
export function earlierExecution(
  tx: ReadTx,
  id: ExecutionId,
  input: string,
): ExecutionRecord | undefined {
  const earlier = executions.get(tx, executionKey(id));
  if (earlier === undefined) {
    return undefined;
  }
  const isSame = executionData.get(tx, [...executionKey(id), "input"]) === input;
  if (earlier.status !== "RUNNING" || !isSame) {
    throw executionExists(executionArn(id));
  }
  return earlier;
}

/** Stores an execution that has taken no step yet. */
export function storeNew(tx: WriteTx, { id, record, info }: LoadedExecution): void {
  const key = executionKey(id);
  executions.put(tx, key, record);
  executionData.put(tx, [...key, "input"], info.input.text);
  started.put(tx, [...ownedKey(id, id.machine), record.startedMs, id.name], true);
  if (record.mapRun === undefined) {
    noteMetrics(tx, startedSample(id, record.startedMs));
  }
}

/** Stores it and lets it begin right after this transaction. */
export function storeAndBegin(tx: WriteTx, execution: LoadedExecution): void {
  storeNew(tx, execution);
  addEvent(tx, execution.id, { kind: "start" });
}

export function newSeed(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export const SEED_BYTES = 16;
