/** Checks of targets. Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
import { parseArn } from "../../base/arn.ts";
import { parseEventPath } from "../../languages/event-path/event-path.ts";
import type { Sinks } from "../../outbox/sink.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { isAscii } from "./bus.ts";
import { targetKindOf } from "./compiled-rule.ts";
import { isTarget } from "./delivery.ts";
import { validationException } from "./errors.ts";
import { parseInputTransformer } from "./input-transformer.ts";
import type { Target } from "./rule.ts";

const UNSUPPORTED_PARAMETERS = [
  "RunCommandParameters",
  "EcsParameters",
  "BatchParameters",
  "RedshiftDataParameters",
  "SageMakerPipelineParameters",
  "AppSyncParameters",
] as const satisfies readonly (keyof Target)[];

export function checkTarget(sinks: Sinks, target: Target): void {
  const arn = parseArn(target.Arn);
  if (arn === undefined || !isAscii(target.Arn)) {
    throw validationException(
      `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  if (!isTarget(sinks, target.Arn)) {
    const [type = ""] = arn.resource.split(/[:/]/);
    throw notSupported("PutTargets", `the target type ${arn.service}:${type}`);
  }
  for (const name of UNSUPPORTED_PARAMETERS) {
    if (target[name] !== undefined) {
      throw notSupported("PutTargets", name);
    }
  }
  const kind = targetKindOf(target.Arn);
  if (target.HttpParameters !== undefined && kind.name !== "apiDestination") {
    throw notSupported("PutTargets", `HttpParameters for ${arn.service} targets`);
  }
  if (target.KinesisParameters !== undefined && arn.service !== "kinesis") {
    throw notSupported("PutTargets", `KinesisParameters for ${arn.service} targets`);
  }
  if (kind.name === "apiDestination" && target.RoleArn === undefined) {
    throw validationException(`RoleArn is required for target ${target.Arn}.`);
  }
  const fifo = arn.service === "sqs" && arn.resource.endsWith(".fifo");
  if (fifo && target.SqsParameters?.MessageGroupId === undefined) {
    throw validationException(
      `Parameter(s) SqsParameters must be specified for target: ${target.Id}.`,
    );
  }
  checkInput(target, kind.name === "bus");
}

function checkInput(target: Target, isBus: boolean): void {
  const { Id, Input, InputPath, InputTransformer } = target;
  const given = [Input, InputPath, InputTransformer].filter((member) => member !== undefined);
  if (given.length > 1) {
    throw validationException(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    );
  }
  if (given.length > 0 && isBus) {
    // A bus gets events as they are: https://github.com/aws/aws-cdk/issues/30587
    throw validationException(
      `Input, InputPath and InputTransformer are not supported for event bus target ${Id}.`,
    );
  }
  if (Input !== undefined && !isJson(Input)) {
    throw validationException(`JSON syntax error in input for target ${Id}.`);
  }
  if (InputPath !== undefined && parseEventPath(InputPath) === undefined) {
    throw validationException(`Invalid InputPath for target ${Id}.`);
  }
  if (InputTransformer !== undefined) {
    checkTransformer(Id, InputTransformer);
  }
}

function checkTransformer(
  id: string,
  { InputTemplate, InputPathsMap = {} }: NonNullable<Target["InputTransformer"]>,
): void {
  const { fault } = parseInputTransformer(InputTemplate, InputPathsMap);
  switch (fault?.kind) {
    case "path":
      throw validationException(`Invalid InputPath for target ${id}.`);
    case "placeholder":
      throw validationException(
        `InputTemplate for target ${id} contains invalid placeholder ${fault.name}.`,
      );
    case "template":
      throw validationException(`Invalid InputTemplate for target ${id} : ${fault.place}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
