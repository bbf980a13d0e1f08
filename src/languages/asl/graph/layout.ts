/** Where everything of a graph is drawn: boxes, texts and lines in pixels, from the upper left. */
import type { Edge, Graph, GraphState } from "./graph.ts";
import { ranked } from "./ranks.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedState extends Box {
  readonly state: GraphState;
}

export interface PlacedEdge {
  readonly kind: Edge["kind"];
  readonly label: string;
  /** Where the label stands, its middle. */
  readonly labelAt: Point | undefined;
  readonly points: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** A container comes before what it contains. */
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
  /** Where machines begin and end. */
  readonly starts: readonly Point[];
  readonly ends: readonly Point[];
}

const CHARACTER = 7.4;
const LABEL_CHARACTER = 6;
const STATE_WIDTH_MIN = 110;
const STATE_HEIGHT = 36;
const DOT = 16;
const GAP_X = 26;
const GAP_Y = 30;
const PADDING = 14;
const TITLE_HEIGHT = 24;

const START = "\0start";
const END = "\0end";

interface Sized {
  readonly width: number;
  readonly height: number;
  readonly inner: readonly Layout[];
}

export function layoutOf(graph: Graph): Layout {
  const sizes = new Map<string, Sized>(graph.states.map((state) => [state.name, sizeOf(state)]));
  const known = graph.states.flatMap((state) =>
    state.edges.filter(({ to }) => sizes.has(to)).map((edge) => ({ from: state.name, edge })),
  );
  const dot = { width: DOT, height: DOT, inner: [] };
  const all = new Map([...sizes, [START, dot], [END, dot]]);
  const lines = [
    { from: START, to: graph.startAt, labelWidth: 0 },
    ...known.map(({ from, edge }) => ({
      from,
      to: edge.to,
      labelWidth: edge.label.length * LABEL_CHARACTER,
    })),
    ...graph.states
      .filter(({ isEnd }) => isEnd)
      .map(({ name }) => ({ from: name, to: END, labelWidth: 0 })),
  ].filter(({ to }) => all.has(to));
  const slots = [START, ...sizes.keys(), END].map((id) => ({ id, width: all.get(id)?.width ?? 0 }));
  const { rows, routes } = ranked(slots, lines);
  const { boxes, width, height } = placed(rows, all);
  const edges = routes.map((route, at): PlacedEdge => {
    const edge = known[at - (lines[0]?.from === START ? 1 : 0)]?.edge;
    return edgeAlong(route, boxes, edge ?? { kind: "next", label: "" });
  });
  return joined(graph, { boxes, width, height, edges }, sizes);
}

function sizeOf({ name, inner }: GraphState): Sized {
  const textWidth = Math.max(STATE_WIDTH_MIN, name.length * CHARACTER + 2 * PADDING);
  if (inner.length === 0) {
    return { width: textWidth, height: STATE_HEIGHT, inner: [] };
  }
  const layouts = inner.map(layoutOf);
  const width = layouts.reduce((sum, layout) => sum + layout.width + PADDING, PADDING);
  const height = Math.max(...layouts.map((layout) => layout.height));
  return {
    width: Math.max(textWidth, width),
    height: height + TITLE_HEIGHT + 2 * PADDING,
    inner: layouts,
  };
}

interface Places {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly width: number;
  readonly height: number;
}

/** Rows one below the other, each in the middle. */
function placed(
  rows: readonly (readonly { readonly id: string; readonly width: number }[])[],
  sizes: ReadonlyMap<string, Sized>,
): Places {
  const widths = rows.map((row) => row.reduce((sum, slot) => sum + slot.width + GAP_X, -GAP_X));
  const width = Math.max(0, ...widths);
  const boxes = new Map<string, Box>();
  let y = 0;
  for (const [at, row] of rows.entries()) {
    const height = Math.max(DOT, ...row.map(({ id }) => sizes.get(id)?.height ?? 0));
    let x = (width - (widths[at] ?? 0)) / 2;
    for (const slot of row) {
      const own = sizes.get(slot.id)?.height ?? height;
      boxes.set(slot.id, { x, y: y + (height - own) / 2, width: slot.width, height: own });
      x += slot.width + GAP_X;
    }
    y += height + GAP_Y;
  }
  return { boxes, width, height: Math.max(0, y - GAP_Y) };
}

type Drawn = Pick<PlacedEdge, "kind" | "label">;

function edgeAlong(
  route: readonly string[],
  boxes: ReadonlyMap<string, Box>,
  { kind, label }: Drawn,
): PlacedEdge {
  const through = route.map((id) => boxes.get(id)).filter((box) => box !== undefined);
  const first = through[0];
  const last = through.at(-1);
  if (first !== undefined && route.length === 2 && first === last) {
    return { kind, label, labelAt: undefined, points: roundabout(first) };
  }
  const points: Point[] = [];
  for (const box of through) {
    const middle = box.x + box.width / 2;
    const isUp = first !== undefined && last !== undefined && first.y > last.y;
    const [near, far] = isUp ? [box.y + box.height, box.y] : [box.y, box.y + box.height];
    points.push(
      ...(box === first ? [] : [{ x: middle, y: near }]),
      ...(box === last ? [] : [{ x: middle, y: far }]),
    );
  }
  const bends = through.slice(1, -1);
  const widest = bends.reduce<Box | undefined>(
    (found, box) => (found === undefined || box.width > found.width ? box : found),
    undefined,
  );
  const labelAt = widest && {
    x: widest.x + widest.width / 2,
    y: widest.y + widest.height / 2,
  };
  return { kind, label, labelAt: label === "" ? undefined : labelAt, points };
}

/** From a state to itself: out on the right, and in again. */
function roundabout({ x, y, width, height }: Box): readonly Point[] {
  const right = x + width;
  return [
    { x: right, y: y + height * 0.8 },
    { x: right + GAP_X / 2, y: y + height / 2 },
    { x: right, y: y + height * 0.2 },
  ];
}

/** The machine's own places, and those of the machines within, moved to where their states are. */
function joined(
  graph: Graph,
  own: Places & { readonly edges: readonly PlacedEdge[] },
  sizes: ReadonlyMap<string, Sized>,
): Layout {
  const middleOf = (id: string): readonly Point[] => {
    const box = own.boxes.get(id);
    return box === undefined ? [] : [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  };
  const hasEnd = graph.states.some(({ isEnd }) => isEnd);
  const parts: Pick<Layout, "states" | "edges" | "starts" | "ends">[] = [
    { states: [], edges: own.edges, starts: middleOf(START), ends: hasEnd ? middleOf(END) : [] },
  ];
  for (const state of graph.states) {
    const box = own.boxes.get(state.name);
    if (box !== undefined) {
      parts.push({ states: [{ ...box, state }], edges: [], starts: [], ends: [] });
      parts.push(...within(box, sizes.get(state.name)?.inner ?? []));
    }
  }
  return {
    width: own.width,
    height: own.height,
    states: parts.flatMap(({ states }) => states),
    edges: parts.flatMap(({ edges }) => edges),
    starts: parts.flatMap(({ starts }) => starts),
    ends: parts.flatMap(({ ends }) => ends),
  };
}

function within(box: Box, layouts: readonly Layout[]): readonly Layout[] {
  let x = box.x + PADDING;
  return layouts.map((layout) => {
    const moved = movedBy(layout, { x, y: box.y + TITLE_HEIGHT + PADDING });
    x += layout.width + PADDING;
    return moved;
  });
}

function movedBy(layout: Layout, by: Point): Layout {
  const move = <T extends Point>(point: T): T => ({
    ...point,
    x: point.x + by.x,
    y: point.y + by.y,
  });
  return {
    ...layout,
    states: layout.states.map(move),
    starts: layout.starts.map(move),
    ends: layout.ends.map(move),
    edges: layout.edges.map((edge) => ({
      ...edge,
      points: edge.points.map(move),
      labelAt: edge.labelAt && move(edge.labelAt),
    })),
  };
}
