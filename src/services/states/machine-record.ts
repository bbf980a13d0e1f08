/** State machines as they are kept: the machine, its revisions, versions and aliases. */
export type MachineType = "STANDARD" | "EXPRESS";
export type Tags = Readonly<Record<string, string>>;

export interface MachineRecord {
  readonly name: string;
  readonly type: MachineType;
  readonly status: "ACTIVE" | "DELETING";
  readonly createdMs: number;
  /** Of the revision that is current. */
  readonly revisionKey: string;
  readonly tags: Tags;
  /** The number of the version published last: numbers are not used again. */
  readonly lastVersion: number;
}

/** What an execution runs by: it keeps it, whatever becomes of the machine. */
export interface Revision {
  /** Unique in the engine. */
  readonly key: string;
  /** As AWS names it; a machine that was never updated has none. */
  readonly revisionId: string | undefined;
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: Logging | undefined;
  readonly isTraced: boolean;
  readonly encryption: Encryption | undefined;
  readonly createdMs: number;
}

export type LogLevel = "ALL" | "ERROR" | "FATAL" | "OFF";

export interface Logging {
  readonly level: LogLevel;
  readonly includeExecutionData: boolean;
  /** `arn:aws:logs:...:log-group:NAME:*` */
  readonly logGroupArn: string | undefined;
}

export interface Encryption {
  readonly type: string;
  readonly kmsKeyId?: string | undefined;
  readonly kmsDataKeyReusePeriodSeconds?: number | undefined;
}

export interface Version {
  readonly number: number;
  readonly revisionKey: string;
  readonly description: string | undefined;
  readonly createdMs: number;
}

export interface Alias {
  readonly name: string;
  readonly description: string | undefined;
  readonly routing: readonly Route[];
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface Route {
  readonly version: number;
  /** In per cent; those of an alias add up to 100. */
  readonly weight: number;
}
