/** Log groups and log streams, and how they are named. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import {
  groupDoesNotExist,
  groupExists,
  invalidParameter,
  streamDoesNotExist,
  streamExists,
} from "./errors.ts";
import { groups, streams } from "./keys.ts";
import { DAY_MS } from "./limits.ts";

export interface LogGroup extends GroupName {
  readonly id: string;
  readonly createdMs: number;
  /** Absent: events never expire. */
  readonly retentionDays?: number | undefined;
  /** When the timer of its retention is due. */
  readonly retentionDueMs?: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly metricFilterCount?: number | undefined;
  readonly subscriptionFilterCount?: number | undefined;
}

export interface GroupName {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

export interface LogStream {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly storedBytes: number;
  /** Absent until there is an event. */
  readonly times?: StreamTimes | undefined;
}

export interface StreamTimes {
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  readonly lastIngestionMs: number;
}

interface Asker {
  readonly region: string;
  readonly accountId: string;
}

/** The group a request means, by its name or its identifier: a name or an ARN. */
export function groupNameOf(
  asker: Asker,
  input: {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
  },
): GroupName {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter(
      "LogGroup name and LogGroup ARN are mutually exclusive parameters. Only one of them should be specified.",
    );
  }
  const given = logGroupName ?? logGroupIdentifier;
  if (given === undefined) {
    throw invalidParameter("Either LogGroup name or LogGroup ARN must be specified.");
  }
  const arn = parseArn(given);
  return arn === undefined
    ? { region: asker.region, accountId: asker.accountId, name: given }
    : groupNameOfArn(arn);
}

export function groupNameOfArn(arn: {
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}): GroupName {
  const [type, name = ""] = arn.resource.split(":");
  if (type !== "log-group") {
    throw invalidParameter(`Invalid log group identifier: ${arn.resource}`);
  }
  return { region: arn.region, accountId: arn.accountId, name };
}

/** Without the `:*` that stands for all its streams. */
export function groupArn({ region, accountId, name }: GroupName): string {
  return formatArn({ service: "logs", region, accountId, resource: `log-group:${name}` });
}

export function streamArn(group: GroupName, stream: LogStream): string {
  return `${groupArn(group)}:log-stream:${stream.name}`;
}

/** Signalled whenever a group got events. */
export function groupTopic({ region, accountId, name }: GroupName): string {
  return `logs:${region}/${accountId}/${name}`;
}

export function findGroup(tx: ReadTx, name: GroupName): LogGroup | undefined {
  return groups.get(tx, groupKey(name));
}

export function existingGroup(tx: ReadTx, name: GroupName): LogGroup {
  const group = findGroup(tx, name);
  if (group === undefined) {
    throw groupDoesNotExist();
  }
  return group;
}

export function putGroup(tx: WriteTx, group: LogGroup): void {
  groups.put(tx, groupKey(group), group);
}

export function addGroup(
  tx: WriteTx,
  name: GroupName,
  tags: Readonly<Record<string, string>> = {},
): LogGroup {
  if (findGroup(tx, name) !== undefined) {
    throw groupExists();
  }
  const { region, accountId } = name;
  const group = {
    id: tx.orderedId(),
    region,
    accountId,
    name: name.name,
    createdMs: tx.nowMs,
    tags,
  };
  putGroup(tx, group);
  return group;
}

function groupKey({ region, accountId, name }: GroupName): readonly [string, string, string] {
  return [region, accountId, name];
}

export function findStream(tx: ReadTx, group: LogGroup, name: string): LogStream | undefined {
  return streams.get(tx, [group.id, name]);
}

export function existingStream(tx: ReadTx, group: LogGroup, name: string): LogStream {
  const stream = findStream(tx, group, name);
  if (stream === undefined) {
    throw streamDoesNotExist();
  }
  return stream;
}

export function addStream(tx: WriteTx, group: LogGroup, name: string): LogStream {
  if (findStream(tx, group, name) !== undefined) {
    throw streamExists();
  }
  const stream = { id: tx.orderedId(), name, createdMs: tx.nowMs, storedBytes: 0 };
  streams.put(tx, [group.id, name], stream);
  return stream;
}

/** Events before this have expired, whether they are removed yet or not. */
export function retainedFromMs(group: LogGroup, nowMs: number): number {
  return group.retentionDays === undefined ? 0 : nowMs - group.retentionDays * DAY_MS;
}
