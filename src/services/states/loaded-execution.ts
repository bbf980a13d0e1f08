/** An execution in memory, with all that a step of it needs. */
import type { Machine } from "../../languages/asl/machine.ts";
import type { ExecutionInfo, ExecutionState } from "../../languages/asl/run/execution.ts";
import { STANDARD_EVENTS_MAX } from "../../languages/asl/run/history.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import type { ReadTx } from "../../store/store.ts";
import { executionArn, machineArn } from "./arns.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import {
  type ExecutionId,
  executionData,
  executionKey,
  executions,
  machineNameOf,
  ownedKey,
  revisions,
} from "./keys.ts";
import type { MachineCache } from "./machine-cache.ts";
import type { Revision } from "./machine-record.ts";
import { readState } from "./saved-execution.ts";

export interface LoadedExecution {
  readonly id: ExecutionId;
  readonly record: ExecutionRecord;
  readonly revision: Revision;
  readonly machine: Machine;
  readonly info: ExecutionInfo;
  readonly state: ExecutionState;
}

export function loadExecution(
  tx: ReadTx,
  id: ExecutionId,
  cache: MachineCache,
): LoadedExecution | undefined {
  const record = executions.get(tx, executionKey(id));
  if (record === undefined) {
    return undefined;
  }
  const revision = revisions.get(tx, [...ownedKey(id, machineNameOf(id)), record.revisionKey]);
  if (revision === undefined) {
    throw new Error(`the execution ${executionArn(id)} has lost its definition`);
  }
  const input = executionData.get(tx, [...executionKey(id), "input"]) ?? "{}";
  return {
    id,
    record,
    revision,
    machine: machineFor(record, cache.machineOf(revision)),
    info: infoOf(id, record, { input: Payload.ofText(input), revision }),
    state: readState(tx, id, record),
  };
}

export function infoOf(
  id: ExecutionId,
  record: ExecutionRecord,
  { input, revision }: { readonly input: Payload; readonly revision: Revision },
): ExecutionInfo {
  const arn = machineArn(id, id.machine);
  return {
    arn: executionArn(id),
    name: id.name,
    input,
    startedMs: record.startedMs,
    roleArn: revision.roleArn,
    machineArn: arn,
    machineName: id.machine,
    versionArn: record.version === undefined ? undefined : `${arn}:${record.version}`,
    aliasArn: record.alias === undefined ? undefined : `${arn}:${record.alias}`,
    region: id.region,
    redriveCount: record.redriveCount,
    redrivenMs: record.redrivenMs,
    seed: record.seed,
    eventsMax: STANDARD_EVENTS_MAX,
  };
}

const processors = new WeakMap<Machine, Map<string, Machine>>();

/** A child of a map run runs the item processor of its Map state. */
export function machineFor({ mapRun }: Pick<ExecutionRecord, "mapRun">, machine: Machine): Machine {
  if (mapRun === undefined) {
    return machine;
  }
  const known = processors.get(machine) ?? new Map<string, Machine>();
  processors.set(machine, known);
  const state = machine.states.get(mapRun.stateName);
  const found = known.get(mapRun.stateName);
  if (found !== undefined || state?.type !== "Map") {
    return found ?? machine;
  }
  const processor = { ...machine, startAt: state.processor.startAt, timeoutSeconds: undefined };
  known.set(mapRun.stateName, processor);
  return processor;
}
