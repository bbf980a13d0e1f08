/** From a request to the settings of a pipe. */
import type { Input } from "../../wire/operations.ts";
import type { Pipe, PipeSettings } from "./pipe.ts";
import { type StreamParameters, withDefaults } from "./source.ts";

type SourceParameters = PipeSettings["sourceParameters"];

export function newSettings(input: Input<"pipes", "CreatePipe">): PipeSettings {
  return {
    description: input.Description,
    desiredState: input.DesiredState === "STOPPED" ? "STOPPED" : "RUNNING",
    source: input.Source,
    sourceParameters: withDefaults(input, input.SourceParameters ?? {}),
    enrichment: input.Enrichment || undefined,
    enrichmentParameters: input.EnrichmentParameters,
    target: input.Target,
    targetParameters: input.TargetParameters,
    roleArn: input.RoleArn,
    logConfiguration: input.LogConfiguration,
    kmsKeyIdentifier: input.KmsKeyIdentifier,
  };
}

/**
 * What is not given stays; a group of parameters that is given replaces what it was.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html
 */
export function changedSettings(before: Pipe, input: Input<"pipes", "UpdatePipe">): PipeSettings {
  const { SourceParameters: source } = input;
  return {
    description: input.Description ?? before.description,
    desiredState: (input.DesiredState as "RUNNING" | "STOPPED") ?? before.desiredState,
    source: before.source,
    sourceParameters:
      source === undefined
        ? before.sourceParameters
        : changedParameters(before, source as SourceParameters),
    enrichment: input.Enrichment === undefined ? before.enrichment : input.Enrichment || undefined,
    enrichmentParameters: input.EnrichmentParameters ?? before.enrichmentParameters,
    target: input.Target ?? before.target,
    targetParameters: input.TargetParameters ?? before.targetParameters,
    roleArn: input.RoleArn,
    logConfiguration: input.LogConfiguration ?? before.logConfiguration,
    kmsKeyIdentifier: input.KmsKeyIdentifier ?? before.kmsKeyIdentifier,
  };
}

/** Where a stream is begun cannot be changed, and is not said again. */
function changedParameters(before: Pipe, given: SourceParameters): SourceParameters {
  const { DynamoDBStreamParameters: table, KinesisStreamParameters: stream } =
    before.sourceParameters;
  return withDefaults(
    { Source: before.source, Target: before.target },
    {
      ...given,
      ...(table && { DynamoDBStreamParameters: begun(table, given.DynamoDBStreamParameters) }),
      ...(stream && { KinesisStreamParameters: begun(stream, given.KinesisStreamParameters) }),
    },
  );
}

function begun(before: StreamParameters, now: StreamParameters | undefined): StreamParameters {
  const { StartingPosition, StartingPositionTimestamp } = before;
  return now === undefined ? before : { ...now, StartingPosition, StartingPositionTimestamp };
}
