/**
 * An alias moves to another version of its machine: at once, a first part of the traffic before all of
 * it, or a part at a time. Alarms that take it back are refused by name.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-stepfunctions-statemachinealias-deploymentpreference.html
 */
import { number, object, PropertyError, type Shape, text } from "./property-shape.ts";
import { call, type ResourceContext } from "./resource-type.ts";

const WHOLE = 100;
const MS_PER_MINUTE = 60_000;
const TYPES = ["ALL_AT_ONCE", "CANARY", "LINEAR"];
/** A hundred steps of one per cent, and the look that finds the work done. */
const STEPS_MAX = 101;

export interface DeploymentPreference {
  readonly StateMachineVersionArn: string;
  readonly Type: string;
  /** In minutes. */
  readonly Interval?: number | undefined;
  readonly Percentage?: number | undefined;
}

export const deploymentPreference: Shape<DeploymentPreference> = object(
  { Interval: number, Percentage: number, StateMachineVersionArn: text, Type: text },
  ["StateMachineVersionArn", "Type"],
);

export function checkPreference(preference: DeploymentPreference | undefined): void {
  if (preference === undefined) {
    return;
  }
  const { Type: type, Interval: interval, Percentage: percentage } = preference;
  if (!TYPES.includes(type)) {
    throw new PropertyError(`DeploymentPreference.Type must be one of ${TYPES.join(", ")}`);
  }
  if (type === "ALL_AT_ONCE") {
    return;
  }
  if (interval === undefined || percentage === undefined) {
    throw new PropertyError(
      `DeploymentPreference of the type ${type} requires Percentage and Interval`,
    );
  }
  if (percentage < 1 || percentage > WHOLE - 1) {
    throw new PropertyError("DeploymentPreference.Percentage must be between 1 and 99");
  }
}

/** Goes on from the weights that the alias has, so that a second run ends where the first would. */
export async function shiftTraffic(
  ctx: ResourceContext,
  stateMachineAliasArn: string,
  preference: DeploymentPreference,
): Promise<void> {
  const { StateMachineVersionArn: versionArn, Interval: interval = 0 } = preference;
  for (let count = 0; count < STEPS_MAX; count += 1) {
    const alias = await call(ctx, "states", "DescribeStateMachineAlias", { stateMachineAliasArn });
    const routing = alias.routingConfiguration ?? [];
    const weight =
      routing.find((route) => route.stateMachineVersionArn === versionArn)?.weight ?? 0;
    if (weight === WHOLE) {
      return;
    }
    const [before] = routing
      .filter((route) => route.stateMachineVersionArn !== versionArn)
      .toSorted((a, b) => b.weight - a.weight);
    const next = nextWeight(preference, weight);
    await call(ctx, "states", "UpdateStateMachineAlias", {
      stateMachineAliasArn,
      routingConfiguration: [
        { stateMachineVersionArn: versionArn, weight: next },
        ...(next === WHOLE || before === undefined
          ? []
          : [
              {
                stateMachineVersionArn: before.stateMachineVersionArn,
                weight: WHOLE - next,
              },
            ]),
      ],
    });
    if (next === WHOLE) {
      return;
    }
    await ctx.clock.sleepUntil(ctx.clock.nowMs() + interval * MS_PER_MINUTE, ctx.abort);
    ctx.abort.throwIfAborted();
  }
}

function nextWeight({ Type: type, Percentage = WHOLE }: DeploymentPreference, now: number): number {
  switch (type) {
    case "CANARY":
      return now === 0 ? Percentage : WHOLE;
    case "LINEAR":
      return Math.min(WHOLE, now + Percentage);
    default:
      return WHOLE;
  }
}
