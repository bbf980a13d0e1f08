/** What the pollers of `src/delivery/pipes` have to know of pipes. */
import type { Input } from "../wire/operations.ts";
import type { StreamRules } from "./event-source.ts";

export interface PolledPipe {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly sourceArn: string;
  readonly batchSize: number;
  /** How long to gather records for one batch. */
  readonly batchWindowMs: number;
  /** Event patterns: a record that none of them matches is left out. */
  readonly filters: readonly string[];
  readonly enrichment: PipeStage | undefined;
  readonly target: PipeStage;
  readonly targetParameters: PipeTargetParameters;
  readonly log: PipeLogging | undefined;
  /** Of streams: under which id their positions are kept, and how they are read. */
  readonly stream: { readonly id: string; readonly rules: StreamRules } | undefined;
}

export interface PipeStage {
  readonly arn: string;
  /** As given; the event goes as it is without one. */
  readonly template: string | undefined;
  /** Of API destinations and HTTP APIs. */
  readonly http?: PipeHttpParameters | undefined;
}

export type PipeTargetParameters = NonNullable<Input<"pipes", "CreatePipe">["TargetParameters"]>;

export type PipeHttpParameters = NonNullable<PipeTargetParameters["HttpParameters"]>;

export type PipeLogLevel = "ERROR" | "INFO" | "TRACE";

export interface PipeLogging {
  readonly level: PipeLogLevel;
  readonly groupArn: string;
  readonly includesData: boolean;
}

export interface PipeSources {
  /** Signalled when what `running` returns may have changed. */
  readonly topic: string;
  running(): Promise<readonly PolledPipe[]>;
}
