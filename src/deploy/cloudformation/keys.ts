/**
 * The key layout of CloudFormation.
 *
 * | key                                                      | value                              |
 * |----------------------------------------------------------|------------------------------------|
 * | cloudformation name, account, region, stack name         | stack id, until it is deleted      |
 * | cloudformation stack, account, region, stack id          | `StackRecord`                      |
 * | cloudformation revision, stack id, number                | `Revision`                         |
 * | cloudformation resource, stack id, logical id            | `ResourceRecord`                   |
 * | cloudformation history, stack id, ordered id             | `HistoryRow`                       |
 * | cloudformation change-set, stack id, name                | `ChangeSetRecord`                  |
 * | cloudformation export, account, region, export name      | `ExportRow`                        |
 * | cloudformation import, account, region, export, stack id | name of the importing stack        |
 * | cloudformation work, stack id, logical id                | `WorkRow`, while work is to be run |
 * | cloudformation answer, token                             | `AnswerRow`, until its URL expires |
 *
 * A stack, its resources, their work and its history change in one transaction per transition.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { ChangeSetRecord } from "./change-set.ts";
import type { AnswerRow } from "./custom-request.ts";
import type { HistoryEntry, ResourceRecord, Revision, StackRecord } from "./state.ts";

export interface HistoryRow extends HistoryEntry {
  readonly eventId: string;
  readonly timestampMs: number;
}

export interface ExportRow {
  readonly stackId: string;
  readonly stackName: string;
  readonly value: string;
  readonly shown?: string | undefined;
}

export interface WorkRow {
  readonly workId: string;
  readonly accountId: string;
  readonly region: string;
}

export const stackNames: Collection<string> = collection("cloudformation", "name");
export const stacks: Collection<StackRecord> = collection("cloudformation", "stack");
export const revisions: Collection<Revision> = collection("cloudformation", "revision");
export const resources: Collection<ResourceRecord> = collection("cloudformation", "resource");
export const history: Collection<HistoryRow> = collection("cloudformation", "history");
export const changeSets: Collection<ChangeSetRecord> = collection("cloudformation", "change-set");
export const exportRows: Collection<ExportRow> = collection("cloudformation", "export");
export const importRows: Collection<string> = collection("cloudformation", "import");
export const workRows: Collection<WorkRow> = collection("cloudformation", "work");
export const answerRows: Collection<AnswerRow> = collection("cloudformation", "answer");

/** Signalled whenever work was begun. */
export const WORK_TOPIC = "cloudformation.work";

/** The kind of the timer that forgets a deleted stack. */
export const FORGET_TIMER = "cloudformation.forget";

/** The kind of the timer that ends the wait for a provider's answer. */
export const ANSWER_TIMER = "cloudformation.answer";

/** The kind of the timer that ends a creation that takes too long. */
export const TIMEOUT_TIMER = "cloudformation.timeout";
