/** What a value refers to: names in `Ref` and `Fn::Sub`, attributes in `Fn::GetAtt` and `Fn::Sub`. */
import { attributePath, functionOf } from "./functions.ts";
import { parseSubstitution } from "./substitution.ts";
import { isList, isObject, type Value } from "./value.ts";

export interface References {
  readonly names: ReadonlySet<string>;
  readonly attributes: readonly { readonly logicalId: string; readonly attribute: string }[];
}

interface Found {
  readonly names: Set<string>;
  readonly attributes: { logicalId: string; attribute: string }[];
}

export function referencesIn(value: Value): References {
  const found: Found = { names: new Set(), attributes: [] };
  collect(value, found);
  return found;
}

function collect(value: Value, found: Found): void {
  if (isList(value)) {
    for (const item of value) {
      collect(item, found);
    }
    return;
  }
  if (!isObject(value)) {
    return;
  }
  const called = functionOf(value);
  if (called?.name === "Ref" && typeof called.argument === "string") {
    found.names.add(called.argument);
  } else if (called?.name === "Fn::GetAtt") {
    const [logicalId, attribute] = attributePath(called.argument);
    found.attributes.push({ logicalId, attribute });
  } else if (called?.name === "Fn::Sub") {
    collectSubstitution(called.argument, found);
  } else {
    for (const item of Object.values(value)) {
      collect(item, found);
    }
  }
}

function collectSubstitution(argument: Value, found: Found): void {
  const [text, variables = {}] = isList(argument) ? argument : [argument];
  collect(variables, found);
  if (typeof text !== "string") {
    return;
  }
  for (const part of parseSubstitution(text)) {
    if (part.kind === "variable" && !(isObject(variables) && Object.hasOwn(variables, part.name))) {
      const dot = part.name.indexOf(".");
      if (dot === -1) {
        found.names.add(part.name);
      } else {
        found.attributes.push({
          logicalId: part.name.slice(0, dot),
          attribute: part.name.slice(dot + 1),
        });
      }
    }
  }
}
