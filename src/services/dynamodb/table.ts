/** Tables and their indexes: what is stored of them, and the form the operations on items use. */
import type { Projection } from "../../languages/dynamodb/projection.ts";
import { projectionOf } from "../../languages/dynamodb/projection.ts";
import type { Sinks } from "../../outbox/sink.ts";
import { isAnyActive, type KinesisDestination } from "./destinations/destination.ts";
import { BASE_INDEX } from "./keys.ts";
import type { ThroughputSettings } from "./throughput-settings.ts";

export type KeyType = "S" | "N" | "B";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export type ProjectionType = "ALL" | "KEYS_ONLY" | "INCLUDE";

export interface IndexRecord extends ThroughputSettings {
  readonly name: string;
  /** Never used twice in a table. */
  readonly number: number;
  readonly isGlobal: boolean;
  readonly hash: string;
  readonly range?: string;
  readonly projection: ProjectionType;
  readonly included?: readonly string[];
  readonly throughput?: Throughput;
  /** The items written before the index was are still being entered. */
  readonly isFilling?: boolean;
}

export interface TableRecord extends ThroughputSettings {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  /** The types of all key attributes, by name. */
  readonly attributes: Readonly<Record<string, KeyType>>;
  readonly hash: string;
  readonly range?: string;
  readonly indexes: readonly IndexRecord[];
  readonly nextIndex: number;
  readonly billing: "PROVISIONED" | "PAY_PER_REQUEST";
  /** When billing changed to PAY_PER_REQUEST, or began with it. */
  readonly onDemandSinceMs?: number;
  readonly throughput?: Throughput;
  readonly tableClass?: string;
  readonly isProtected: boolean;
  readonly encryption?: Encryption;
  readonly timeToLive?: string;
  /** The latest stream; it is still described when it is disabled. */
  readonly stream?: TableStream;
  /** Point-in-time recovery: since when, and how far back. */
  readonly recovery?: { readonly sinceMs: number; readonly days: number };
  /** How many copies are being made that need the changes. */
  readonly copying?: number;
  /** Its items are still being brought in: nobody sees them yet. */
  readonly isCreating?: boolean;
  readonly restored?: Restored;
  /** Kinesis streams that get its changes, or once did. */
  readonly destinations?: readonly KinesisDestination[];
  /** The regions of a global table, its own among them. */
  readonly replicas?: readonly ReplicaRecord[];
}

export interface ReplicaRecord {
  readonly region: string;
  /** The items of the others are still being copied to it. */
  readonly isFilling?: boolean;
}

/** Where a restored table comes from. */
export interface Restored {
  readonly sourceTableArn: string;
  readonly sourceBackupArn?: string;
  readonly atMs: number;
}

export interface TableStream {
  readonly arn: string;
  readonly label: string;
  readonly number: number;
  readonly viewType: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  readonly shards: number;
  readonly isEnabled: boolean;
}

export interface Encryption {
  readonly keyArn: string;
}

/** What rows are read from: a table or one of its indexes. */
export interface Source {
  readonly number: number;
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
}

export interface Index extends Source {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly isFilling: boolean;
  readonly projection: ProjectionType;
  /** `undefined` keeps the whole item. */
  readonly kept: Projection | undefined;
}

export interface Table {
  readonly record: TableRecord;
  readonly base: Source;
  readonly indexes: readonly Index[];
  readonly hasLocalIndexes: boolean;
  /** Something follows from changes of items (`change-record.ts`). */
  readonly isWatched: boolean;
  /** Where its changes can be sent. */
  readonly sinks: Sinks;
}

export function tableOf(record: TableRecord, sinks: Sinks = {}): Table {
  const indexes = record.indexes.map((index) => indexOf(record, index));
  return {
    record,
    base: sourceOf(record, BASE_INDEX, record),
    indexes,
    hasLocalIndexes: indexes.some((index) => !index.isGlobal),
    isWatched:
      record.stream?.isEnabled === true ||
      record.recovery !== undefined ||
      record.copying !== undefined ||
      record.replicas !== undefined ||
      isAnyActive(record.destinations),
    sinks,
  };
}

function sourceOf(
  record: TableRecord,
  number: number,
  keys: { readonly hash: string; readonly range?: string },
): Source {
  return {
    number,
    hash: keyAttribute(record, keys.hash),
    range: keys.range === undefined ? undefined : keyAttribute(record, keys.range),
  };
}

function keyAttribute(record: TableRecord, name: string): KeyAttribute {
  return { name, type: record.attributes[name] ?? "S" };
}

function indexOf(record: TableRecord, index: IndexRecord): Index {
  const names = [record.hash, record.range, index.hash, index.range, ...(index.included ?? [])];
  const paths = [...new Set(names)].flatMap((name) => (name === undefined ? [] : [[name]]));
  return {
    ...sourceOf(record, index.number, index),
    name: index.name,
    isGlobal: index.isGlobal,
    isFilling: index.isFilling === true,
    projection: index.projection,
    kept: index.projection === "ALL" ? undefined : projectionOf(paths),
  };
}
