/**
 * Whether a history of list-append transactions is strictly serializable, in the spirit of Elle
 * (Kingsbury and Alvaro, VLDB 2020, https://github.com/jepsen-io/elle).
 *
 * Every appended value is unique, so a list shows the order of the writes to its key, and who wrote
 * what was read. From that follow the dependencies between transactions:
 *
 * | edge | means                                                                  |
 * |------|------------------------------------------------------------------------|
 * | ww   | the second appended to a key right after the first                     |
 * | wr   | the second read what the first appended                                |
 * | rw   | the second appended right behind what the first read                   |
 * | rt   | the first was answered before the second was sent                      |
 *
 * A history is strictly serializable when they form no cycle. A cycle is named by its edges, as Adya
 * does: G0 of ww alone, G1c with wr, G-single with one rw, G2 with several; with rt it is a violation
 * of the order of time.
 */

export type Step =
  | { readonly kind: "append"; readonly key: string; readonly value: number }
  /** What the list was before any append of the same transaction. */
  | { readonly kind: "read"; readonly key: string; readonly list: readonly number[] };

export interface Transaction {
  readonly id: number;
  /** `unknown`: no answer came, so it may have happened or not. */
  readonly outcome: "ok" | "failed" | "unknown";
  /** On any one scale that grows with time. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly steps: readonly Step[];
}

type EdgeKind = "ww" | "wr" | "rw" | "rt";

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  readonly why: string;
}

/** What is wrong with a history, each with what shows it; nothing when it is serializable. */
export function anomaliesOf(history: readonly Transaction[]): readonly string[] {
  const writers = writersOf(history);
  const orders = ordersOf(history);
  const broken = [
    ...orders.anomalies,
    ...readAnomalies(history, writers),
    ...lostAppends(history, orders.byKey),
  ];
  const edges = [
    ...dependencies(history, writers, orders.byKey),
    ...timeOrder(history.filter(({ outcome }) => outcome === "ok")),
  ];
  return [...broken, ...cycles(edges)];
}

/** Who appended a value to a key. */
type Writers = ReadonlyMap<string, Transaction>;

const cell = (key: string, value: number): string => `${key}:${value}`;

function writersOf(history: readonly Transaction[]): Writers {
  const writers = new Map<string, Transaction>();
  for (const transaction of history) {
    for (const step of transaction.steps) {
      if (step.kind === "append") {
        writers.set(cell(step.key, step.value), transaction);
      }
    }
  }
  return writers;
}

type Orders = ReadonlyMap<string, readonly number[]>;

/** Lists of one key must be beginnings of each other; the longest is the order of its versions. */
function ordersOf(history: readonly Transaction[]): {
  readonly byKey: Orders;
  readonly anomalies: readonly string[];
} {
  const byKey = new Map<string, readonly number[]>();
  const reads = history.flatMap(readsOf);
  for (const { key, list } of reads) {
    if (list.length > (byKey.get(key)?.length ?? -1)) {
      byKey.set(key, list);
    }
  }
  const anomalies = reads
    .filter(({ key, list }) => list.some((value, at) => byKey.get(key)?.[at] !== value))
    .map(
      ({ id, key, list }) =>
        `incompatible order: T${id} read ${key} as [${list}], another saw [${byKey.get(key)}]`,
    );
  return { byKey, anomalies };
}

function readsOf({ id, outcome, steps }: Transaction) {
  return outcome === "ok"
    ? steps.flatMap((step) => (step.kind === "read" ? [{ id, ...step }] : []))
    : [];
}

function readAnomalies(history: readonly Transaction[], writers: Writers): readonly string[] {
  return history.flatMap(readsOf).flatMap(({ id, key, list }) => {
    const found: string[] = [];
    if (new Set(list).size < list.length) {
      found.push(`duplicate append: T${id} read ${key} as [${list}]`);
    }
    for (const value of list) {
      const writer = writers.get(cell(key, value));
      if (writer === undefined) {
        found.push(`garbage read: T${id} read ${value} of ${key}, which nobody appended`);
      } else if (writer.outcome === "failed") {
        found.push(`aborted read (G1a): T${id} read ${value} of ${key} of T${writer.id}`);
      }
    }
    return found;
  });
}

/** Some transaction must read every key at the end, or nothing is known to be missing. */
function lostAppends(history: readonly Transaction[], orders: Orders): readonly string[] {
  const last = history.at(-1);
  const final = new Set(last?.steps.flatMap((step) => (step.kind === "read" ? [step.key] : [])));
  return history
    .filter((transaction) => transaction.outcome === "ok" && transaction !== last)
    .flatMap(({ id, steps }) =>
      steps.flatMap((step) =>
        step.kind === "append" &&
        final.has(step.key) &&
        orders.get(step.key)?.includes(step.value) !== true
          ? [`lost append: ${step.value} of T${id} is not in ${step.key} at the end`]
          : [],
      ),
    );
}

function dependencies(
  history: readonly Transaction[],
  writers: Writers,
  orders: Orders,
): readonly Edge[] {
  const edges: Edge[] = [];
  const add = (kind: EdgeKind, from: number | undefined, to: number | undefined, why: string) => {
    if (from !== undefined && to !== undefined && from !== to) {
      edges.push({ kind, from, to, why });
    }
  };
  const writerAt = (key: string, at: number): number | undefined => {
    const value = orders.get(key)?.[at];
    return value === undefined ? undefined : writers.get(cell(key, value))?.id;
  };
  for (const [key, order] of orders) {
    for (let at = 1; at < order.length; at += 1) {
      const why = `appended ${order[at]} to ${key} behind ${order[at - 1]}`;
      add("ww", writerAt(key, at - 1), writerAt(key, at), why);
    }
  }
  for (const { id, key, list } of history.flatMap(readsOf)) {
    const [last, next] = [list.length - 1, list.length];
    add("wr", writerAt(key, last), id, `read ${list[last]} of ${key}`);
    const why = `appended ${orders.get(key)?.[next]} to ${key}, which had been read without it`;
    add("rw", id, writerAt(key, next), why);
  }
  return edges;
}

/** Only to the transactions that nothing else comes between: the rest follows. */
function timeOrder(history: readonly Transaction[]): readonly Edge[] {
  const bySent = [...history].sort((a, b) => a.sentAt - b.sentAt);
  return history.flatMap((first) => {
    const later = bySent.filter(({ sentAt }) => sentAt > first.answeredAt);
    const nextAnswer = Math.min(...later.map(({ answeredAt }) => answeredAt));
    return later
      .filter(({ sentAt }) => sentAt <= nextAnswer)
      .map(
        (second): Edge => ({
          kind: "rt",
          from: first.id,
          to: second.id,
          why: "was sent after the answer",
        }),
      );
  });
}

/** One shortest cycle for each knot of transactions that depend on each other. */
function cycles(edges: readonly Edge[]): readonly string[] {
  const out = new Map<number, Edge[]>();
  for (const edge of edges) {
    const list = out.get(edge.from) ?? [];
    list.push(edge);
    out.set(edge.from, list);
  }
  return knots(out).map((members) => {
    const inside = (id: number): readonly Edge[] =>
      (out.get(id) ?? []).filter(({ to }) => members.has(to));
    const all = [...members].flatMap((id) => {
      const cycle = shortestCycle(id, inside);
      return cycle === undefined ? [] : [cycle];
    });
    const [shortest = []] = all.sort((a, b) => a.length - b.length);
    return describeCycle(shortest);
  });
}

function shortestCycle(
  start: number,
  outOf: (id: number) => readonly Edge[],
): readonly Edge[] | undefined {
  let paths: (readonly Edge[])[] = outOf(start).map((edge) => [edge]);
  const seen = new Set<number>();
  while (paths.length > 0) {
    const next: (readonly Edge[])[] = [];
    for (const path of paths) {
      const end = path.at(-1)?.to ?? start;
      if (end === start) {
        return path;
      }
      if (!seen.has(end)) {
        seen.add(end);
        next.push(...outOf(end).map((edge) => [...path, edge]));
      }
    }
    paths = next;
  }
  return undefined;
}

function describeCycle(cycle: readonly Edge[]): string {
  const steps = cycle.map(({ from, to, kind, why }) => `T${from} -${kind}-> T${to} (${why})`);
  return `${nameOf(cycle)}: ${steps.join(", ")}`;
}

function nameOf(cycle: readonly Edge[]): string {
  const count = (kind: EdgeKind): number => cycle.filter((edge) => edge.kind === kind).length;
  const name =
    count("rw") > 1 ? "G2" : count("rw") === 1 ? "G-single" : count("wr") > 0 ? "G1c" : "G0";
  return count("rt") > 0 ? `${name}-realtime` : name;
}

/** Strongly connected components of more than one member (Tarjan, without recursion). */
function knots(out: ReadonlyMap<number, readonly Edge[]>): readonly ReadonlySet<number>[] {
  const found: ReadonlySet<number>[] = [];
  const [indexes, lows] = [new Map<number, number>(), new Map<number, number>()];
  const stack: number[] = [];
  const onStack = new Set<number>();
  for (const root of out.keys()) {
    const work: { readonly id: number; at: number }[] = indexes.has(root)
      ? []
      : [{ id: root, at: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1) as { readonly id: number; at: number };
      const { id } = frame;
      if (frame.at === 0) {
        indexes.set(id, indexes.size);
        lows.set(id, indexes.get(id) ?? 0);
        stack.push(id);
        onStack.add(id);
      }
      const edge = out.get(id)?.[frame.at];
      frame.at += 1;
      if (edge !== undefined) {
        if (!indexes.has(edge.to)) {
          work.push({ id: edge.to, at: 0 });
        } else if (onStack.has(edge.to)) {
          lows.set(id, Math.min(lows.get(id) ?? 0, indexes.get(edge.to) ?? 0));
        }
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) {
        lows.set(parent.id, Math.min(lows.get(parent.id) ?? 0, lows.get(id) ?? 0));
      }
      if (lows.get(id) === indexes.get(id)) {
        const members = new Set<number>();
        for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
          onStack.delete(member);
          members.add(member);
          if (member === id) {
            break;
          }
        }
        if (members.size > 1) {
          found.push(members);
        }
      }
    }
  }
  return found;
}
