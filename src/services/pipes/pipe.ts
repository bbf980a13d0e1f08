/** Pipes: their records, finding them, and how answers show them. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { pipeDoesNotExist, pipeIsBeingDeleted, validationException } from "./errors.ts";
import { type Owner, pipeKey, pipes } from "./keys.ts";

type Created = Input<"pipes", "CreatePipe">;

export interface PipeSettings {
  readonly description?: string | undefined;
  readonly desiredState: "RUNNING" | "STOPPED";
  readonly source: string;
  readonly sourceParameters: NonNullable<Created["SourceParameters"]>;
  readonly enrichment?: string | undefined;
  readonly enrichmentParameters?: Created["EnrichmentParameters"];
  readonly target: string;
  readonly targetParameters?: Created["TargetParameters"];
  readonly roleArn: string;
  readonly logConfiguration?: Created["LogConfiguration"];
  readonly kmsKeyIdentifier?: string | undefined;
}

export interface Pipe extends PipeSettings {
  readonly name: string;
  /** Another for each pipe that ever had the name: that of its places in a stream. */
  readonly id: string;
  readonly currentState: PipeState;
  readonly stateReason?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export type PipeState =
  | "CREATING"
  | "CREATE_FAILED"
  | "RUNNING"
  | "STARTING"
  | "STOPPED"
  | "STOPPING"
  | "UPDATING"
  | "DELETING";

export function pipeArn({ region, accountId }: Owner, name: string): string {
  return formatArn({ service: "pipes", region, accountId, resource: `pipe/${name}` });
}

/** The pipe that an ARN of a tag operation names. */
export function pipeOfArn(text: string): { readonly owner: Owner; readonly name: string } {
  const arn = parseArn(text);
  const [, name] = arn?.resource.match(/^pipe\/(.+)$/) ?? [];
  if (arn?.service !== "pipes" || name === undefined) {
    throw validationException(`${text} is not the ARN of a pipe.`);
  }
  return { owner: { region: arn.region, accountId: arn.accountId }, name };
}

export function existingPipe(tx: ReadTx, owner: Owner, name: string): Pipe {
  const pipe = pipes.get(tx, pipeKey(owner, name));
  if (pipe === undefined) {
    throw pipeDoesNotExist(name);
  }
  return pipe;
}

/** One that can still be changed. */
export function changeablePipe(tx: ReadTx, owner: Owner, name: string): Pipe {
  const pipe = existingPipe(tx, owner, name);
  if (pipe.currentState === "DELETING") {
    throw pipeIsBeingDeleted(name);
  }
  return pipe;
}

type Summary = Output<"pipes", "CreatePipe">;

export function summaryOf(owner: Owner, pipe: Pipe): Summary {
  return {
    Arn: pipeArn(owner, pipe.name),
    Name: pipe.name,
    DesiredState: pipe.desiredState,
    CurrentState: pipe.currentState,
    CreationTime: new Date(pipe.createdMs),
    LastModifiedTime: new Date(pipe.modifiedMs),
  };
}

export function describedPipe(owner: Owner, pipe: Pipe): Output<"pipes", "DescribePipe"> {
  return {
    ...summaryOf(owner, pipe),
    StateReason: pipe.stateReason ?? "USER_INITIATED",
    Description: pipe.description,
    Source: pipe.source,
    SourceParameters: pipe.sourceParameters,
    Enrichment: pipe.enrichment,
    EnrichmentParameters: pipe.enrichmentParameters,
    Target: pipe.target,
    TargetParameters: pipe.targetParameters,
    RoleArn: pipe.roleArn,
    LogConfiguration: pipe.logConfiguration,
    KmsKeyIdentifier: pipe.kmsKeyIdentifier,
    Tags: pipe.tags,
  };
}
