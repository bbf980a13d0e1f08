/** The order in which things that depend on each other can be made. */
import { TemplateError } from "./value.ts";

/** By name, the names each depends on. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/** Throws when there is a cycle, naming those in it. */
export function checkAcyclic(graph: DependencyGraph): void {
  const left = stripped(reversed(stripped(graph)));
  if (left.size > 0) {
    const names = [...graph.keys()].filter((name) => left.has(name));
    throw new TemplateError(`Circular dependency between resources: [${names.join(", ")}]`);
  }
}

/** Takes away, again and again, whatever depends on nothing that is left. */
function stripped(graph: DependencyGraph): DependencyGraph {
  const left = new Map(graph);
  let before = -1;
  while (before !== left.size) {
    before = left.size;
    for (const [name, dependsOn] of left) {
      if (!dependsOn.some((other) => left.has(other))) {
        left.delete(name);
      }
    }
  }
  return left;
}

function reversed(graph: DependencyGraph): DependencyGraph {
  const dependants = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, dependsOn] of graph) {
    for (const other of dependsOn) {
      dependants.get(other)?.push(name);
    }
  }
  return dependants;
}
