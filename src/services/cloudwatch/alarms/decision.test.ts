/** The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
import { expect, test } from "vitest";
import { decide, type Question } from "./decision.ts";

const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** `0 - X`: from the oldest period to the newest, not breaching, missing, breaching. */
function answers(row: string, datapointsToAlarm: number): string {
  const points = row
    .split(" ")
    .reverse()
    .map((sign, index) =>
      sign === "-" ? undefined : { atMs: -index, value: sign === "X" ? 9 : 0 },
    );
  const question = {
    points,
    evaluationPeriods: 3,
    datapointsToAlarm,
    isBreaching: (value: number) => value > 5,
  };
  return TREATMENTS.map((treatMissing) => {
    const asked: Question = { ...question, treatMissing };
    return decide(asked)?.value ?? "retain";
  }).join(" ");
}

test.each([
  ["0 - X - X", 3, "OK OK OK OK"],
  ["0 - - - -", 3, "OK OK OK OK"],
  ["- - - - -", 3, "INSUFFICIENT_DATA retain ALARM OK"],
  ["0 X X - X", 3, "ALARM ALARM ALARM ALARM"],
  ["- - X - -", 3, "ALARM retain ALARM OK"],
  ["0 - X - X", 2, "ALARM ALARM ALARM ALARM"],
  ["0 0 X 0 X", 2, "ALARM ALARM ALARM ALARM"],
  ["0 - X - -", 2, "OK OK ALARM OK"],
  ["- - - - 0", 2, "OK OK ALARM OK"],
  ["- - - X -", 2, "ALARM retain ALARM OK"],
  ["X X X X X", 3, "ALARM ALARM ALARM ALARM"],
  ["X X X X 0", 3, "OK OK OK OK"],
  // Not old enough to decide anything.
  ["- - - - X", 3, "retain retain ALARM OK"],
])("decision: %s with %i of 3", (row, datapointsToAlarm, expected) => {
  expect(answers(row, datapointsToAlarm)).toBe(expected);
});
