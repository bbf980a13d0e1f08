/** Reading documents by path, and how paths stand to each other. */
import { type Attributes, type AttributeValue, attributeOf } from "./attribute-value.ts";
import type { DocumentPath } from "./bindings.ts";
import { ExpressionFault } from "./expression-error.ts";

export function valueAt(item: Attributes, path: DocumentPath): AttributeValue | undefined {
  let value = attributeOf(item, path[0] as string);
  for (let at = 1; at < path.length && value !== undefined; at += 1) {
    value = childAt(value, path[at] as string | number);
  }
  return value;
}

export function childAt(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") {
    return value.L?.[step];
  }
  return value.M === undefined ? undefined : attributeOf(value.M, step);
}

/** `[a, b, [0]]`: as messages show a path. */
export function formatPath(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

/**
 * Refuses two paths of which one leads to, or through, the other; and two that take the same
 * element for a list and for a map.
 */
export function requireSeparate(paths: readonly DocumentPath[]): void {
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const relation = relationOf(earlier, path);
      if (relation !== undefined) {
        throw new ExpressionFault(
          `Two document paths ${relation} with each other; must remove or rewrite one of these ` +
            `paths; path one: ${formatPath(earlier)}, path two: ${formatPath(path)}`,
        );
      }
    }
  }
}

function relationOf(a: DocumentPath, b: DocumentPath): "overlap" | "conflict" | undefined {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a[at], b[at]];
    if (left !== right) {
      return typeof left === typeof right ? undefined : "conflict";
    }
  }
  return "overlap";
}
