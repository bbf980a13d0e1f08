import { expect, test } from "vitest";
import { type AlarmStateValue, alarmsOf, holds, parseAlarmRule } from "./alarm-rule.ts";

const STATES: Readonly<Record<string, AlarmStateValue>> = {
  up: "OK",
  down: "ALARM",
  "with space": "ALARM",
  "arn:aws:cloudwatch:eu-west-1:1:alarm:lost": "INSUFFICIENT_DATA",
};

test.each([
  ["ALARM(down)", true],
  ["ALARM(up)", false],
  ["OK(up) AND ALARM(down)", true],
  ["NOT OK(up) OR ALARM(up)", false],
  ["ALARM(up) OR OK(up) AND NOT ALARM(up)", true],
  ["(ALARM(up) OR OK(up)) AND ALARM(up)", false],
  ['ALARM("with space")', true],
  ["INSUFFICIENT_DATA(arn:aws:cloudwatch:eu-west-1:1:alarm:lost)", true],
  ["TRUE AND NOT FALSE", true],
  ["OK(nowhere)", false],
  ['AT_LEAST(2, ALARM, (up, down, "with space"))', true],
  ['AT_LEAST(3, ALARM, (up, down, "with space"))', false],
  ['AT_LEAST(60%, ALARM, (up, down, "with space"))', true],
  ['AT_LEAST(1, NOT ALARM, (down, "with space"))', false],
])("rule: %s is %s", (text, expected) => {
  const { rule, reason } = parseAlarmRule(text);
  expect(reason).toBeUndefined();
  expect(rule && holds(rule, (name) => STATES[name])).toBe(expected);
});

test.each([
  "",
  "ALARM",
  "ALARM()",
  "ALARM(a",
  "ALARM(a) ALARM(b)",
  "alarm(a)",
  "ALARM(a) AND",
  'OK("a)',
  "AT_LEAST(3, OK, (a, b))",
])("rule: %s is none", (text) => {
  expect(parseAlarmRule(text).reason).toMatch(/^AlarmRule /);
});

test("rule: knows its alarms", () => {
  const { rule } = parseAlarmRule('ALARM(a) OR NOT (OK("b c") AND AT_LEAST(1, OK, (a, d)))');
  expect(rule && [...alarmsOf(rule)]).toEqual(["a", "b c", "d"]);
});
