/** What to do about a template that was refused: what was probably meant, or what there is instead. */
import { resourceOfFeature } from "../deploy/not-supported.ts";
import { RESOURCE_TYPES } from "../deploy/resources/registry.ts";
import { resourceLines } from "../languages/template/resource-lines.ts";

const RESOURCE_TYPE = /^resource type (\S+)/;
const PROPERTY = /^property (\S+) of (\S+)/;
/** What the SAM transform makes. */
const SERVERLESS_TYPES = [
  "AWS::Serverless::Api",
  "AWS::Serverless::Function",
  "AWS::Serverless::HttpApi",
  "AWS::Serverless::LayerVersion",
  "AWS::Serverless::SimpleTable",
  "AWS::Serverless::StateMachine",
];
/** More slips than these make another word. */
const DISTANCE_MAX = 2;

const LEAVE_OUT =
  "Take it out of the template, or give its resource a Condition that does not hold here.";

/** What Millrace does not support of a template, with the lines of the resources, and what to do. */
export function describedFeatures(
  features: readonly string[],
  templateText: string,
): { readonly what: string; readonly fix: string } {
  const lines = resourceLines(templateText);
  const placed = features.map((feature) => {
    const line = lines.get(resourceOfFeature(feature) ?? "");
    return line === undefined ? feature : `${feature.slice(0, -1)}, line ${line})`;
  });
  const hints = features.map(templateHint).filter((hint) => hint !== undefined);
  return {
    what: ["The template asks for what Millrace does not support:", ...placed].join("\n  "),
    fix: [...new Set(hints)].join("\n     ") || LEAVE_OUT,
  };
}

export function templateHint(feature: string): string | undefined {
  const [, type] = RESOURCE_TYPE.exec(feature) ?? [];
  if (type !== undefined) {
    return meant(type, [...RESOURCE_TYPES.keys(), ...SERVERLESS_TYPES]);
  }
  const [, property = "", owner = ""] = PROPERTY.exec(feature) ?? [];
  return meant(property, [...(RESOURCE_TYPES.get(owner)?.properties.keys() ?? [])]);
}

function meant(given: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= DISTANCE_MAX)
    .toSorted((a, b) => a.distance - b.distance);
  return nearest && `Did you mean ${nearest.name}?`;
}

/** How many letters were added, left out or mistaken. */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > DISTANCE_MAX) {
    return DISTANCE_MAX + 1;
  }
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const changed = (before[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(changed, (before[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    before = current;
  }
  return before.at(-1) ?? 0;
}
