/**
 * Puts the nodes of a directed graph into rows, top to bottom, and in each row from left to right
 * so that few edges cross: Sugiyama's method with longest paths and the rule of the barycentre.
 *
 * Loops are turned round while rows are given. An edge over several rows goes through a bend in
 * each; a bend may have a width, which keeps place for the text of its edge.
 */

export interface RankedEdge {
  readonly from: string;
  readonly to: string;
  /** Width of what is written on it; 0 for nothing. */
  readonly labelWidth: number;
}

export interface Slot {
  readonly id: string;
  readonly width: number;
}

export interface Ranking {
  readonly rows: readonly (readonly Slot[])[];
  /** For each edge, in their order, the ids it goes through, from its first to its last. */
  readonly routes: readonly (readonly string[])[];
}

const SWEEPS = 6;
const BEND_WIDTH = 10;

export function ranked(nodes: readonly Slot[], edges: readonly RankedEdge[]): Ranking {
  const isBack = backEdges(nodes, edges);
  const forward = edges.map((edge, at) =>
    isBack[at] === true ? { ...edge, from: edge.to, to: edge.from } : edge,
  );
  const rankOf = longestPaths(nodes, forward);
  const rows: Slot[][] = [];
  const put = (rank: number, slot: Slot): void => {
    while (rows.length <= rank) {
      rows.push([]);
    }
    rows[rank]?.push(slot);
  };
  for (const node of nodes) {
    put(rankOf.get(node.id) ?? 0, node);
  }
  const routes = forward.map(({ from, to, labelWidth }, at) => {
    const first = rankOf.get(from) ?? 0;
    const last = rankOf.get(to) ?? 0;
    const labelled = Math.floor((first + last) / 2);
    const bends: string[] = [];
    for (let rank = first + 1; rank < last; rank += 1) {
      const id = `\0${at}.${rank}`;
      put(rank, { id, width: rank === labelled ? Math.max(BEND_WIDTH, labelWidth) : BEND_WIDTH });
      bends.push(id);
    }
    return [from, ...bends, to];
  });
  order(rows, routes);
  return {
    rows,
    routes: routes.map((route, at) => (isBack[at] === true ? route.reverse() : route)),
  };
}

/** The edges that lead back to a node on the way to them, found depth first. */
function backEdges(nodes: readonly Slot[], edges: readonly RankedEdge[]): readonly boolean[] {
  const leaving = new Map<string, number[]>(nodes.map(({ id }) => [id, []]));
  for (const [at, { from }] of edges.entries()) {
    leaving.get(from)?.push(at);
  }
  const isBack = edges.map(() => false);
  const done = new Set<string>();
  for (const { id: root } of nodes) {
    const open = new Set<string>();
    const path: { readonly id: string; next: number }[] = [];
    const enter = (id: string): void => {
      if (!done.has(id)) {
        done.add(id);
        open.add(id);
        path.push({ id, next: 0 });
      }
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const at = leaving.get(top.id)?.[top.next];
      top.next += 1;
      if (at === undefined) {
        open.delete(top.id);
        path.pop();
        continue;
      }
      const to = edges[at]?.to ?? "";
      if (open.has(to)) {
        isBack[at] = true;
      } else {
        enter(to);
      }
    }
  }
  return isBack;
}

/** An edge with a text spans two rows at least: the text stands between them. */
function longestPaths(
  nodes: readonly Slot[],
  edges: readonly RankedEdge[],
): ReadonlyMap<string, number> {
  const ranks = new Map(nodes.map(({ id }) => [id, 0]));
  const missing = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { from, to } of edges) {
    if (from !== to) {
      missing.set(to, (missing.get(to) ?? 0) + 1);
    }
  }
  const ready = nodes.filter(({ id }) => missing.get(id) === 0).map(({ id }) => id);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const { from, to, labelWidth } of edges) {
      if (from !== id || to === id) {
        continue;
      }
      const rank = (ranks.get(id) ?? 0) + (labelWidth > 0 ? 2 : 1);
      ranks.set(to, Math.max(ranks.get(to) ?? 0, rank));
      missing.set(to, (missing.get(to) ?? 0) - 1);
      if (missing.get(to) === 0) {
        ready.push(to);
      }
    }
  }
  return ranks;
}

function order(rows: Slot[][], routes: readonly (readonly string[])[]): void {
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  for (const route of routes) {
    for (const [at, id] of route.entries()) {
      const next = route[at + 1];
      if (next !== undefined) {
        below.set(id, [...(below.get(id) ?? []), next]);
        above.set(next, [...(above.get(next) ?? []), id]);
      }
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    const neighbours = isDown ? above : below;
    const places = new Map<string, number>();
    for (const row of isDown ? rows : [...rows].reverse()) {
      sortByNeighbours(row, neighbours, places);
    }
  }
}

function sortByNeighbours(
  row: Slot[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  places: Map<string, number>,
): void {
  const weights = new Map(
    row.map(({ id }, at) => {
      const known = (neighbours.get(id) ?? []).map((other) => places.get(other) ?? 0);
      const sum = known.reduce((total, place) => total + place, 0);
      return [id, known.length === 0 ? (at + 0.5) / row.length : sum / known.length];
    }),
  );
  row.sort((a, b) => (weights.get(a.id) ?? 0) - (weights.get(b.id) ?? 0));
  // Places are fractions of a row: rows of different lengths compare.
  row.forEach(({ id }, at) => {
    places.set(id, (at + 0.5) / row.length);
  });
}
