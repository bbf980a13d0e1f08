/**
 * The keys of Step Functions. An *owner* is an account and a region, an *execution* an owner, the
 * name of a state machine and that of the execution.
 *
 * | key                                           | record            | what for                          |
 * |-----------------------------------------------|-------------------|-----------------------------------|
 * | states machine *owner* name                   | `MachineRecord`   |                                   |
 * | states revision *owner* name key              | `Revision`        | a definition, for as long as an execution or a version needs it |
 * | states version *owner* name number            | `Version`         |                                   |
 * | states alias *owner* name alias               | `Alias`           |                                   |
 * | states execution *execution*                  | `ExecutionRecord` | small: read and written at every step |
 * | states started *owner* machine ms name        | true              | executions by their start         |
 * | states data *execution* input/output          | text              |                                   |
 * | states thread *execution* id                  | `ThreadRecord`    |                                   |
 * | states items *execution* thread               | text              | the items of a Map state          |
 * | states result *execution* thread index        | text              | what branches and items gave      |
 * | states history *execution* first id           | `HistoryRow[]`    | the events of one step            |
 * | states activity *owner* name                  | `Activity`        |                                   |
 * | states activityTask *owner* name order        | `ActivityTask`    | tasks that wait for a worker      |
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Activity, ActivityTask } from "./activity.ts";
import type { ExecutionRecord, HistoryRow, ThreadRecord } from "./execution-record.ts";
import type { Alias, MachineRecord, Revision, Version } from "./machine-record.ts";

export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

export interface ExecutionId extends Owner {
  readonly machine: string;
  readonly name: string;
}

export const machines: Collection<MachineRecord> = collection("states", "machine");
export const revisions: Collection<Revision> = collection("states", "revision");
export const versions: Collection<Version> = collection("states", "version");
export const aliases: Collection<Alias> = collection("states", "alias");
export const executions: Collection<ExecutionRecord> = collection("states", "execution");
export const started: Collection<true> = collection("states", "started");
export const executionData: Collection<string> = collection("states", "data");
export const threads: Collection<ThreadRecord> = collection("states", "thread");
export const mapItems: Collection<string> = collection("states", "items");
export const results: Collection<string> = collection("states", "result");
export const history: Collection<readonly HistoryRow[]> = collection("states", "history");
export const activities: Collection<Activity> = collection("states", "activity");
export const activityTasks: Collection<ActivityTask> = collection("states", "activityTask");

export function ownerKey({ accountId, region }: Owner): Key {
  return [accountId, region];
}

export function ownedKey(owner: Owner, name: string): Key {
  return [owner.accountId, owner.region, name];
}

export function executionKey({ accountId, region, machine, name }: ExecutionId): Key {
  return [accountId, region, machine, name];
}

/** Names an execution in memory and in the ids of its jobs. */
export function executionText({ accountId, region, machine, name }: ExecutionId): string {
  return `${accountId}/${region}/${machine}/${name}`;
}
