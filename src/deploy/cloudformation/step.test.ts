/**
 * The state machine against a naive world: random plans, random orders, random failures, and after
 * each deployment exactly what the stack says there is must be there.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan, PlannedResource } from "../../languages/template/plan.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import { customResource, isCustomType } from "../resources/custom-resource.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import {
  type Draft,
  FRESH_OPERATION,
  isInProgress,
  type Revision,
  type StackEvent,
  type StackRecord,
  type StackState,
  type StackStatus,
  type Work,
} from "./state.ts";
import { step } from "./step.ts";
import type { StepPorts } from "./transition.ts";

/** `V` changes in place, `R` needs a replacement. */
const TYPE: ResourceType = {
  type: "T::A",
  attributes: ["Arn"],
  properties: new Map([
    ["V", { replaces: false }],
    ["R", { replaces: true }],
    ["Needs", { replaces: false }],
  ]),
  physicalName: undefined,
  check: () => {},
  exists: async () => false,
  create: () => Promise.reject(new Error("not run here")),
  update: () => Promise.reject(new Error("not run here")),
  delete: () => Promise.reject(new Error("not run here")),
  discard: () => Promise.reject(new Error("not run here")),
};

/** Its provider replaces what it made when `R` changes, which it tells by another physical id. */
const CUSTOM = customResource("Custom::A");

const NAMES = ["A", "B", "C", "D", "E", "F"] as const;

interface Wanted {
  readonly present: boolean;
  readonly V: number;
  readonly R: number;
  /** Indexes of earlier names only, so that there are no cycles. */
  readonly needs: readonly number[];
}

type Design = readonly Wanted[];

const design: fc.Arbitrary<Design> = fc.tuple(
  ...NAMES.map((_, index) =>
    fc.record({
      present: fc.boolean(),
      V: fc.integer({ min: 0, max: 2 }),
      R: fc.integer({ min: 0, max: 1 }),
      needs: fc.uniqueArray(fc.integer({ min: 0, max: Math.max(index - 1, 0) }), {
        maxLength: Math.min(index, 3),
      }),
    }),
  ),
);

function planOf(wanted: Design): Plan {
  const resources: Record<string, PlannedResource> = {};
  wanted.forEach(({ present, V, R, needs }, index) => {
    const name = NAMES[index];
    if (!present || name === undefined) {
      return;
    }
    const dependsOn = needs
      .filter((at) => at < index && wanted[at]?.present)
      .map((at) => NAMES[at] ?? "");
    resources[name] = {
      type: index % 2 === 0 ? TYPE.type : CUSTOM.type,
      properties: { V, R, Needs: dependsOn.map((Ref) => ({ Ref })) },
      dependsOn,
      deletionPolicy: "Delete",
      updateReplacePolicy: "Delete",
      metadata: {},
    };
  });
  return { description: undefined, resources, outputs: {} };
}

interface Thing {
  readonly logicalId: string;
  readonly properties: unknown;
  readonly dependsOn: readonly string[];
}

/** Carries work out at once, and objects when something goes wrong in the order of it. */
class World {
  readonly things = new Map<string, Thing>();
  #nextId = 0;

  perform(logicalId: string, work: Work, current: string | undefined): StackEvent {
    const workId = work.id;
    switch (work.kind) {
      case "probe":
        return { kind: "probed", workId, taken: false };
      case "create": {
        this.#nextId += 1;
        const id = `${logicalId}-${this.#nextId}`;
        this.#require(work.draft.dependsOn);
        this.things.set(id, { logicalId, ...work.draft });
        return { kind: "done", workId, physicalId: id, attributes: { Arn: id } };
      }
      case "update": {
        this.#require(work.draft.dependsOn);
        expect(this.things.has(current ?? "")).toBe(true);
        const id = this.#idAfter(logicalId, work.draft, current ?? "");
        this.things.set(id, { logicalId, ...work.draft });
        return { kind: "done", workId, physicalId: id, attributes: { Arn: id } };
      }
      case "delete": {
        const { physicalId } = work.instance;
        const users = [...this.things.values()].filter(({ properties }) =>
          JSON.stringify(properties).includes(`"${physicalId}"`),
        );
        expect(users).toEqual([]);
        this.things.delete(physicalId);
        return { kind: "done", workId, physicalId: "", attributes: {} };
      }
    }
  }

  /** A provider that fails has done half of its work, and says under which id. */
  fail(logicalId: string, work: Work, current: string | undefined): StackEvent {
    const failed = { kind: "failed", workId: work.id, reason: "scripted" } as const;
    if (work.kind === "delete" || !isCustomType(work.draft.type)) {
      return failed;
    }
    const done = this.perform(logicalId, work, current);
    return done.kind === "done" ? { ...failed, physicalId: done.physicalId } : failed;
  }

  #idAfter(logicalId: string, { type, properties }: Draft, current: string): string {
    const before = this.things.get(current)?.properties as ValueObject | undefined;
    if (!isCustomType(type) || before?.["R"] === properties["R"]) {
      return current;
    }
    this.#nextId += 1;
    return `${logicalId}-${this.#nextId}`;
  }

  #require(logicalIds: readonly string[]): void {
    const present = new Set([...this.things.values()].map(({ logicalId }) => logicalId));
    expect(logicalIds.filter((id) => !present.has(id))).toEqual([]);
  }

  /** What there is, by logical id, references by logical id too. */
  summary(): string {
    const nameOf = (id: string): string => this.things.get(id)?.logicalId ?? id;
    const rows = [...this.things.values()].map(({ logicalId, properties }) =>
      JSON.stringify([logicalId, properties]).replaceAll(/[A-F]-\d+/g, nameOf),
    );
    return rows.sort().join("\n");
  }
}

const PORTS: StepPorts = {
  nowMs: 0,
  typeOf: (name) => (isCustomType(name) ? CUSTOM : TYPE),
  uniqueName: (logicalId) => `stack-${logicalId}`,
  otherExporter: () => undefined,
  importers: () => [],
};

function revisionOf(number: number, plan: Plan): Revision {
  return { number, plan, tags: {}, parameters: {}, imports: [] } as unknown as Revision;
}

function stateOf(target: Revision, before?: StackState): StackState {
  const fresh = { name: "stack", id: "stack-id", onFailure: "ROLLBACK", outputs: [], imports: [] };
  const base = before?.stack ?? { ...fresh, stableRevision: 0, workCount: 0 };
  const stack = { ...base, revision: target.number, operation: FRESH_OPERATION } as StackRecord;
  return { stack, target, stable: before?.target, resources: before?.resources ?? new Map() };
}

interface Luck {
  /** Which of the running items ends next. */
  readonly picks: readonly number[];
  /** At which piece of work something fails; none when beyond the last. */
  readonly failAt: number;
}

const luck: fc.Arbitrary<Luck> = fc.record({
  picks: fc.array(fc.nat(), { minLength: 4, maxLength: 12 }),
  failAt: fc.nat({ max: 14 }),
});

function deploy(start: StackState, status: StackStatus, world: World, { picks, failAt }: Luck) {
  let { state } = step(start, { kind: "begun", status, reason: "User Initiated" }, PORTS);
  for (let turn = 0; isInProgress(state.stack.status); turn += 1) {
    const running = [...state.resources.values()].filter(({ work }) => work !== undefined);
    const resource = running[(picks[turn % picks.length] ?? 0) % Math.max(running.length, 1)];
    if (resource?.work === undefined) {
      throw new Error(`nothing runs in ${state.stack.status}`);
    }
    const canFail = state.stack.status === status && resource.work.kind !== "delete";
    const event: StackEvent =
      turn === failAt && canFail
        ? world.fail(resource.logicalId, resource.work, resource.live?.physicalId)
        : world.perform(resource.logicalId, resource.work, resource.live?.physicalId);
    state = step(state, event, PORTS).state;
  }
  return state;
}

/** What a plan comes to when nothing was there before. */
function freshly(plan: Plan): string {
  const world = new World();
  const calm: Luck = { picks: [0], failAt: -1 };
  deploy(stateOf(revisionOf(1, plan)), "CREATE_IN_PROGRESS", world, calm);
  return world.summary();
}

const notEmpty = (wanted: Design): boolean => wanted.some(({ present }) => present);

test("step: a creation makes all of the plan, or leaves nothing", () => {
  fc.assert(
    fc.property(design.filter(notEmpty), luck, (wanted, chance) => {
      const world = new World();
      const plan = planOf(wanted);
      const { stack } = deploy(stateOf(revisionOf(1, plan)), "CREATE_IN_PROGRESS", world, chance);
      if (stack.status === "CREATE_COMPLETE") {
        expect(world.things.size).toBe(Object.keys(plan.resources).length);
      } else {
        expect(stack.status).toBe("ROLLBACK_COMPLETE");
        expect(world.things.size).toBe(0);
      }
    }),
    { numRuns: 300 },
  );
});

test("step: an update comes to the new plan, or back to the old one", () => {
  fc.assert(
    fc.property(design.filter(notEmpty), design.filter(notEmpty), luck, (a, b, chance) => {
      const [before, after] = [planOf(a), planOf(b)];
      const world = new World();
      const calm: Luck = { picks: chance.picks, failAt: -1 };
      const created = deploy(stateOf(revisionOf(1, before)), "CREATE_IN_PROGRESS", world, calm);
      const begun = stateOf(revisionOf(2, after), created);
      const { stack } = deploy(begun, "UPDATE_IN_PROGRESS", world, chance);
      expect(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]).toContain(stack.status);
      const expected = stack.status === "UPDATE_COMPLETE" ? after : before;
      expect(world.summary()).toBe(freshly(expected));
    }),
    { numRuns: 500 },
  );
});

test("step: a deletion leaves nothing, after whatever went before", () => {
  fc.assert(
    fc.property(design.filter(notEmpty), design.filter(notEmpty), luck, (a, b, chance) => {
      const world = new World();
      const first = stateOf(revisionOf(1, planOf(a)));
      const created = deploy(first, "CREATE_IN_PROGRESS", world, { ...chance, failAt: -1 });
      const second = stateOf(revisionOf(2, planOf(b)), created);
      const failed = { ...second, stack: { ...second.stack, onFailure: "DO_NOTHING" } as const };
      const updated = deploy(failed, "UPDATE_IN_PROGRESS", world, chance);
      const { stack } = deploy(stateOf(updated.target, updated), "DELETE_IN_PROGRESS", world, {
        ...chance,
        failAt: -1,
      });
      expect(stack.status).toBe("DELETE_COMPLETE");
      expect(world.summary()).toBe("");
    }),
    { numRuns: 300 },
  );
});
