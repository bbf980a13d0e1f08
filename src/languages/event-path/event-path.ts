/**
 * The JSON paths of EventBridge: dots, names with dashes, underscores and slashes, array indices,
 * wildcards.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */

type Step = { readonly name: string } | { readonly index: number } | "every";

export interface EventPath {
  /** The value; a list of values for a path with wildcards; `undefined` when nothing is there. */
  select(event: unknown): unknown;
}

/** `undefined` when the text is not a path. */
export function parseEventPath(text: string): EventPath | undefined {
  const [whole] = text.match(/^\$(?:\.?\*|\.[^.[\]*\s]+|\[(?:[0-9]+|\*)\])*\.?$/) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const steps = [...text.matchAll(/\[([0-9]+)\]|(\*)|\.([^.[\]*\s]+)/g)].map(
    ([, index, every, name]): Step => {
      if (index !== undefined) {
        return { index: Number(index) };
      }
      return every !== undefined ? "every" : { name: name ?? "" };
    },
  );
  return {
    select: (event) =>
      steps.includes("every") ? selectAll(steps, event) : selectOne(steps, event),
  };
}

function selectOne(steps: readonly Step[], event: unknown): unknown {
  let value = event;
  for (const step of steps) {
    value = follow(step, value)[0];
    if (value === undefined) {
      return undefined;
    }
  }
  return value;
}

function selectAll(steps: readonly Step[], event: unknown): unknown {
  let values = [event];
  for (const step of steps) {
    values = values.flatMap((value) => follow(step, value));
  }
  return values;
}

function follow(step: Step, value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if (step === "every") {
    return Object.values(value);
  }
  if ("index" in step) {
    return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  }
  return !Array.isArray(value) && Object.hasOwn(value, step.name)
    ? [(value as Readonly<Record<string, unknown>>)[step.name]]
    : [];
}
