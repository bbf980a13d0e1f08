/**
 * Checks of targets.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
import { parseArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { validationException } from "./errors.ts";
import type { SchedulerContext } from "./ports.ts";
import type { Target } from "./schedule.ts";
import { checkUniversal, isUniversal } from "./universal-target.ts";

/** The services with templated targets, and the parameters that belong to each. */
const PARAMETERS_OF: Readonly<Record<string, keyof Target | undefined>> = {
  codebuild: undefined,
  codepipeline: undefined,
  ecs: "EcsParameters",
  events: "EventBridgeParameters",
  firehose: undefined,
  inspector: undefined,
  kinesis: "KinesisParameters",
  lambda: undefined,
  sagemaker: "SageMakerPipelineParameters",
  sns: undefined,
  sqs: "SqsParameters",
  states: undefined,
};

/** Those that AWS calls with the parameters or not at all. */
const PARAMETERS_REQUIRED = ["events", "kinesis"];

/** Those whose input has to be JSON. */
const JSON_INPUT = ["events", "lambda", "states"];

/** In the model, and in no documentation yet. */
const UNSUPPORTED = [
  "EventBridgePutEventsV2Parameters",
  "EventBridgePutRawEventsParameters",
] as const satisfies readonly (keyof Target)[];

export function checkTarget(ctx: SchedulerContext, operation: string, target: Target): void {
  const arn = parseArn(target.Arn);
  if (arn === undefined) {
    throw validationException("Provided Arn is not in correct format.");
  }
  const unsupported = UNSUPPORTED.find((name) => target[name] !== undefined);
  if (unsupported !== undefined) {
    throw notSupported(operation, unsupported);
  }
  const universal = isUniversal(target.Arn);
  if (!universal && !Object.hasOwn(PARAMETERS_OF, arn.service)) {
    throw validationException(`${arn.service} is not a supported service for a target.`);
  }
  checkParameters(target, universal ? "" : arn.service);
  if (universal) {
    checkUniversal(ctx.catalog, target, operation);
  } else {
    checkTemplated(ctx, operation, target);
  }
  if (universal || JSON_INPUT.includes(arn.service)) {
    checkJson(target.Input);
  }
}

function checkParameters(target: Target, service: string): void {
  for (const [owner, name] of Object.entries(PARAMETERS_OF)) {
    if (name !== undefined && target[name] !== undefined && owner !== service) {
      throw validationException(`Parameters ${name} not supported for the target`);
    }
  }
  const own = PARAMETERS_OF[service];
  if (own !== undefined && target[own] === undefined && PARAMETERS_REQUIRED.includes(service)) {
    throw validationException(`Parameters ${own} must be specified`);
  }
  if (service === "sqs") {
    checkQueueParameters(target);
  }
}

function checkQueueParameters({ Arn, SqsParameters }: Target): void {
  const isFifo = Arn.endsWith(".fifo");
  if (isFifo && SqsParameters?.MessageGroupId === undefined) {
    throw validationException("Parameters SqsParameters must be specified");
  }
  if (!isFifo && SqsParameters?.MessageGroupId !== undefined) {
    throw validationException("Parameters MessageGroupId not valid for the target");
  }
}

function checkTemplated(ctx: SchedulerContext, operation: string, target: Target): void {
  const { service = "", region, resource = "" } = parseArn(target.Arn) ?? {};
  if (region !== ctx.region) {
    throw validationException(
      `The target ARN provided does not match the current region ${ctx.region}.`,
    );
  }
  if (!isDeliverable(ctx, service)) {
    const [type = ""] = resource.split(/[:/]/);
    throw notSupported(operation, `the target type ${service}:${type}`);
  }
}

function isDeliverable({ sinks, catalog }: SchedulerContext, service: string): boolean {
  switch (service) {
    case "kinesis":
      return catalog.supports("kinesis", "PutRecord");
    case "states":
      return sinks["states"] !== undefined || catalog.supports("states", "StartExecution");
    default:
      return sinks[service] !== undefined;
  }
}

function checkJson(input: string | undefined): void {
  try {
    JSON.parse(input ?? "{}");
  } catch {
    throw validationException("JSON syntax error in input for the target");
  }
}
