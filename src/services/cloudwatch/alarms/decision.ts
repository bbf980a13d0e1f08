/**
 * From data points to the state of an alarm: pure.
 *
 * An alarm looks at a few more periods than its evaluation periods, so that late or missing points
 * can be made up for by earlier ones. Only what is still lacking is filled in.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import type { AlarmStateValue } from "../../../languages/alarm-rule/alarm-rule.ts";

export interface Point {
  readonly atMs: number;
  readonly value: number;
}

export interface Question {
  /** Period by period, the newest first; `undefined` where there is no point. */
  readonly points: readonly (Point | undefined)[];
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly isBreaching: (value: number) => boolean;
  readonly treatMissing: "breaching" | "notBreaching" | "ignore" | "missing";
}

export interface Decision {
  readonly value: AlarmStateValue;
  /** What it was decided upon, the newest first. */
  readonly points: readonly Point[];
  /** Periods that were filled in. */
  readonly filled: number;
}

/** `undefined`: the state stays as it is. */
export function decide(question: Question): Decision | undefined {
  const { points, evaluationPeriods, datapointsToAlarm, isBreaching } = question;
  const known = points.filter((point) => point !== undefined).slice(0, evaluationPeriods);
  const filled = evaluationPeriods - known.length;
  const breaching = known.filter(({ value }) => isBreaching(value)).length;
  const decided = (value: AlarmStateValue): Decision => ({ value, points: known, filled });
  if (breaching >= datapointsToAlarm) {
    return decided("ALARM");
  }
  if (filled === 0) {
    return decided("OK");
  }
  const isQuiet = breaching < known.length;
  switch (question.treatMissing) {
    case "breaching":
      return decided(breaching + filled >= datapointsToAlarm ? "ALARM" : "OK");
    case "notBreaching":
      return decided("OK");
    case "ignore":
      return isQuiet ? decided("OK") : undefined;
    default:
      return known.length === 0
        ? decided("INSUFFICIENT_DATA")
        : withMissing(question, { isQuiet, decided });
  }
}

/**
 * A breaching point that no later one contradicts makes an alarm once it is as old as the number of
 * points that it takes; until then nothing is decided.
 */
function withMissing(
  { points, evaluationPeriods, datapointsToAlarm }: Question,
  {
    isQuiet,
    decided,
  }: { readonly isQuiet: boolean; readonly decided: (value: AlarmStateValue) => Decision },
): Decision | undefined {
  if (isQuiet) {
    return decided("OK");
  }
  const oldest = points
    .slice(0, evaluationPeriods)
    .reduce((place, point, index) => (point === undefined ? place : index + 1), 0);
  return oldest >= datapointsToAlarm ? decided("ALARM") : undefined;
}
