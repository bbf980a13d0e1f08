/**
 * The JSON paths of pipes: dots, dashes, underscores, slashes, array indices, wildcards.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */

type Step = { readonly name: string } | { readonly index: number } | "every";

export interface JsonPath {
  /** The value; a list of values for a path with wildcards; `undefined` when nothing is there. */
  select(document: unknown): unknown;
}

/** `undefined` when the text is not a path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!/^\$(\.[\w/-]+|\.?\*|\[([0-9]+|\*)\])*$/.test(text)) {
    return undefined;
  }
  const steps = [...text.matchAll(/\.([\w/-]+)|\[([0-9]+)\]|(\*)/g)].map(
    ([, name, index]): Step =>
      name !== undefined ? { name } : index !== undefined ? { index: Number(index) } : "every",
  );
  const isList = steps.includes("every");
  return {
    select(document) {
      let values: readonly unknown[] = [document];
      for (const step of steps) {
        values = values.flatMap((value) => follow(step, value));
      }
      return isList ? values : values[0];
    },
  };
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
