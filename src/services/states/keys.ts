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
 * | states mapRun *owner* uuid                    | `MapRunRecord`    | small: written whenever a child ends |
 * | states mapRunSettings *owner* uuid            | `MapRunSettings`  |                                   |
 * | states mapRunOf *execution* uuid              | true              | the runs of an execution          |
 * | states mapRunItems *owner* uuid index         | `RunItems`        | what a child execution is to get  |
 * | states mapRunResult *owner* uuid index        | `ChildResult`     | how it ended                      |
 * | states mapRunRedrive *owner* uuid index       | true              | it is to go on                    |
 */
import type { Key } from "../../base/ordered-key.ts";
import type { MapRunSettings } from "../../languages/asl/run/execution.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Activity, ActivityTask } from "./activity.ts";
import type { ExecutionRecord, HistoryRow, ThreadRecord } from "./execution-record.ts";
import type { Alias, MachineRecord, Revision, Version } from "./machine-record.ts";
import type { ChildResult, MapRunRecord, RunItems } from "./map-run/record.ts";

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

export const mapRuns: Collection<MapRunRecord> = collection("states", "mapRun");
export const mapRunSettings: Collection<MapRunSettings> = collection("states", "mapRunSettings");
export const mapRunsOf: Collection<true> = collection("states", "mapRunOf");
export const mapRunItems: Collection<RunItems> = collection("states", "mapRunItems");
export const mapRunResults: Collection<ChildResult> = collection("states", "mapRunResult");
export const mapRunRedrives: Collection<true> = collection("states", "mapRunRedrive");

export function ownerKey({ accountId, region }: Owner): Key {
  return [accountId, region];
}

export function ownedKey(owner: Owner, name: string): Key {
  return [owner.accountId, owner.region, name];
}

/** The machine of a child of a map run is written `machine/label`. */
export function machineNameOf({ machine }: ExecutionId): string {
  return machine.split("/")[0] ?? machine;
}

export function executionKey({ accountId, region, machine, name }: ExecutionId): Key {
  return [accountId, region, machine, name];
}

/** Names an execution in memory and in the ids of its jobs. */
export function executionText({ accountId, region, machine, name }: ExecutionId): string {
  return `${accountId}/${region}/${machine}/${name}`;
}
