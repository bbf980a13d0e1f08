/** The generated models are what the pinned packages say. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { ConstraintShape, Constraints } from "../../src/wire/constraints.ts";
import { loadConstraints } from "../../src/wire/constraints.ts";
import type { ServiceModel } from "../../src/wire/model.ts";
import { SERVICE_NAMES } from "../../src/wire/model.ts";
import { loadModel } from "../../src/wire/models.ts";
import { compilePattern } from "../../src/wire/patterns.ts";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");
const models = path.join(root, "src/wire/models");

describe("models", () => {
  const fresh = mkdtempSync(path.join(tmpdir(), "millrace-models-"));
  afterAll(() => rmSync(fresh, { recursive: true }));

  test("the files in the tree are current: `npm run models` changes nothing", () => {
    execFileSync(process.execPath, [path.join(root, "scripts/generate-models.mjs"), fresh], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    const files = readdirSync(fresh);
    expect(files).toHaveLength(2 * SERVICE_NAMES.length + 1);
    for (const file of files) {
      const made = readFileSync(path.join(fresh, file), "utf8");
      expect(made === readFileSync(path.join(models, file), "utf8"), file).toBe(true);
    }
  });
});

describe.each(SERVICE_NAMES)("constraints of %s", (service) => {
  const constraints = loadConstraints(service);
  const model = loadModel(service);

  test("every pattern means something in JavaScript", () => {
    const patterns = Object.values(constraints.shapes).flatMap(({ pattern }) => pattern ?? []);
    expect(() => patterns.forEach(compilePattern)).not.toThrow();
  });

  test("every constrained member is a member of the model", () => {
    const unknown = Object.entries(constraints.operations)
      .filter(([operation]) => Object.hasOwn(model.operations, operation))
      .flatMap(([operation, shape]) => {
        const place = { model, constraints, seen: new Set<string>() };
        return unknownMembers(place, shape, model.operations[operation]?.input ?? "");
      });
    expect(unknown).toEqual([]);
  });
});

interface Place {
  readonly model: ServiceModel;
  readonly constraints: Constraints;
  readonly seen: Set<string>;
}

/** Walks a constraint shape beside the shape of the model that it speaks of. */
function unknownMembers(
  place: Place,
  constraintName: string,
  shapeName: string,
): readonly string[] {
  const constraint: ConstraintShape = place.constraints.shapes[constraintName] ?? { t: "none" };
  const shape = place.model.shapes[shapeName];
  const step = `${constraintName}/${shapeName}`;
  if (place.seen.has(step)) {
    return [];
  }
  place.seen.add(step);
  if (constraint.t === "structure") {
    if (shape === undefined || !("members" in shape)) {
      return [`${constraintName} is no structure`];
    }
    const names = [...(constraint.r ?? []), ...Object.keys(constraint.m ?? {})];
    const missing = names.filter((name) => !Object.hasOwn(shape.members, name));
    const deeper = Object.entries(constraint.m ?? {}).flatMap(([name, inner]) => {
      return unknownMembers(place, inner, shape.members[name]?.shape ?? "");
    });
    return [...missing.map((name) => `${constraintName}.${name}`), ...deeper];
  }
  if (constraint.of !== undefined && shape?.type === "list") {
    return unknownMembers(place, constraint.of, shape.member.shape);
  }
  if (constraint.v !== undefined && shape?.type === "map") {
    return unknownMembers(place, constraint.v, shape.value.shape);
  }
  return [];
}
