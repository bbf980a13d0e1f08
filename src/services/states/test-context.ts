/**
 * The context object that `TestState` is given.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
import { isObject, type Json, type JsonObject } from "../../languages/asl/data/scope.ts";
import { validationException } from "./errors.ts";
import { jsonOf } from "./test-mock.ts";

type Kind = "string" | "number" | "any" | { readonly [member: string]: Kind };

const MEMBERS: Kind = {
  Execution: {
    Id: "string",
    Input: "any",
    Name: "string",
    RoleArn: "string",
    StartTime: "string",
    RedriveCount: "number",
    RedriveTime: "string",
  },
  State: { EnteredTime: "string", Name: "string", RetryCount: "number" },
  StateMachine: { Id: "string", Name: "string" },
  Task: { Token: "string" },
  Map: { Item: { Index: "number", Value: "any", Key: "string", Source: "string" } },
};

/** Throws `ValidationException` for what is no context object. */
export function contextOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) {
    return undefined;
  }
  const given = jsonOf(text, "context");
  const problem = problemOf(given, MEMBERS, "");
  if (problem !== undefined || !isObject(given)) {
    throw validationException(`The context is not a valid Context object: ${problem}`);
  }
  return given;
}

function problemOf(value: Json, kind: Kind, path: string): string | undefined {
  const name = path === "" ? "it" : `'${path}'`;
  if (kind === "any") {
    return undefined;
  }
  if (typeof kind === "string") {
    return typeof value === kind ? undefined : `${name} must be a ${kind}`;
  }
  if (!isObject(value)) {
    return `${name} must be an object`;
  }
  for (const [member, given] of Object.entries(value)) {
    const inner = path === "" ? member : `${path}.${member}`;
    const of = Object.hasOwn(kind, member) ? kind[member] : undefined;
    const problem = of === undefined ? `'${inner}' is unknown` : problemOf(given, of, inner);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}
