/** The variables that a path, or an intrinsic function, reads. */

import { parsePath } from "../../json-path/path-parser.ts";
import type { Filter, Operand, Path } from "../../json-path/path-syntax.ts";
import { type IntrinsicCall, isIntrinsic, parseIntrinsic } from "./intrinsic-parser.ts";

/** None for a text that is neither. */
export function pathVariables(text: string): readonly string[] {
  const names: string[] = [];
  try {
    if (isIntrinsic(text)) {
      ofCall(parseIntrinsic(text), names);
    } else {
      ofPath(parsePath(text), names);
    }
  } catch {
    return [];
  }
  return names;
}

function ofCall(call: IntrinsicCall, names: string[]): void {
  for (const argument of call.arguments) {
    if (argument.kind === "path") {
      ofPath(argument.path, names);
    } else if (argument.kind === "call") {
      ofCall(argument.call, names);
    }
  }
}

function ofPath({ root, steps }: Path, names: string[]): void {
  if (root.kind === "variable") {
    names.push(root.name);
  }
  for (const step of steps) {
    if (step.kind === "filter") {
      ofFilter(step.test, names);
    } else if (step.kind === "function") {
      for (const operand of step.arguments) {
        ofOperand(operand, names);
      }
    }
  }
}

function ofFilter(filter: Filter, names: string[]): void {
  switch (filter.kind) {
    case "and":
    case "or":
      for (const part of filter.parts) {
        ofFilter(part, names);
      }
      break;
    case "not":
      ofFilter(filter.part, names);
      break;
    case "exists":
      ofPath(filter.path, names);
      break;
    case "comparison":
      ofOperand(filter.left, names);
      ofOperand(filter.right, names);
      break;
    default:
  }
}

function ofOperand(operand: Operand, names: string[]): void {
  if (operand.kind === "path") {
    ofPath(operand.path, names);
  }
}
