/** A graph as SVG, coloured by status, with a time line of visits below it. No scripts, no links. */
import type { Graph } from "./graph.ts";
import { layoutOf, type PlacedEdge, type PlacedState, type Point } from "./layout.ts";
import { PALETTE, UNVISITED } from "./palette.ts";
import { statusByState, type Visit, type VisitStatus } from "./visits.ts";

export interface Drawing {
  readonly title: string;
  readonly graph: Graph;
  /** Of an execution; none for a machine alone. */
  readonly visits: readonly Visit[];
  /** The time line is drawn up to now for what still runs. */
  readonly timeline: { readonly nowMs: number } | undefined;
}

const MARGIN = 20;
const TITLE_HEIGHT = 30;
const ROW = 18;
const NAMES_WIDTH = 220;
const BARS_WIDTH = 480;
const INDENT = 12;
/** A time line of more visits shows the first ones, and says so. */
const VISITS_MAX = 500;

export function svgOf({ title, graph, visits, timeline }: Drawing): string {
  const layout = layoutOf(graph);
  const statuses = statusByState(visits);
  const rows = timeline === undefined ? [] : timelineRows(visits, timeline.nowMs);
  const width = Math.max(
    layout.width,
    rows.length > 0 ? NAMES_WIDTH + BARS_WIDTH : 0,
    title.length * 8,
  );
  const barsTop = layout.height + 2 * MARGIN;
  const height = TITLE_HEIGHT + (rows.length > 0 ? barsTop + rows.length * ROW : layout.height);
  const parts = [
    text({ x: 0, y: 16 }, title, 'class="title"'),
    group(
      { x: (width - layout.width) / 2, y: TITLE_HEIGHT },
      [
        ...layout.states.map((state) => stateShape(state, statuses)),
        ...layout.edges.map(edgeShape),
        ...layout.starts.map(({ x, y }) => `<circle cx="${n(x)}" cy="${n(y)}" r="7" class="dot"/>`),
        ...layout.ends.map(
          ({ x, y }) =>
            `<circle cx="${n(x)}" cy="${n(y)}" r="7" class="ring"/>` +
            `<circle cx="${n(x)}" cy="${n(y)}" r="3.5" class="dot"/>`,
        ),
      ].join("\n"),
    ),
    ...(rows.length > 0 ? [group({ x: 0, y: TITLE_HEIGHT + barsTop }, rows.join("\n"))] : []),
  ];
  const [full, tall] = [n(width + 2 * MARGIN), n(height + 2 * MARGIN)];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full}" height="${tall}" viewBox="${-MARGIN} ${-MARGIN} ${full} ${tall}">`,
    STYLE,
    `<rect x="${-MARGIN}" y="${-MARGIN}" width="${full}" height="${tall}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
  ].join("\n")}\n`;
}

const STYLE = `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5d6470"/></marker></defs>
<style>
text { font: 13px system-ui, sans-serif; fill: #1c2430 }
.title { font-weight: 600; font-size: 14px }
.small { font-size: 11px; fill: #5d6470 }
.edge { fill: none; stroke: #5d6470; stroke-width: 1.3; marker-end: url(#tip) }
.catch { stroke-dasharray: 5 4 }
.dot { fill: #1c2430 }
.ring { fill: none; stroke: #1c2430 }
</style>`;

function stateShape(
  { state, x, y, width, height }: PlacedState,
  statuses: ReadonlyMap<string, VisitStatus>,
): string {
  const status = statuses.get(state.name);
  const { fill, stroke } = status === undefined ? UNVISITED : PALETTE[status];
  const isContainer = state.inner.length > 0;
  const at = { x: x + width / 2, y: isContainer ? y + 18 : y + height / 2 + 4.5 };
  const about = [state.name, state.type, status].filter((part) => part !== undefined).join(", ");
  return [
    `<g><title>${escaped(about)}</title>`,
    `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${
      state.type === "Choice" ? 16 : 5
    }" fill="${fill}" fill-opacity="${isContainer ? 0.45 : 1}" stroke="${stroke}" stroke-width="1.5"/>`,
    `${text(at, state.name, 'text-anchor="middle"')}</g>`,
  ].join("");
}

/** Straight down from each box, and round the bends. */
function edgeShape({ kind, label, labelAt, points }: PlacedEdge): string {
  const [first, ...rest] = points;
  if (first === undefined) {
    return "";
  }
  let d = `M${n(first.x)} ${n(first.y)}`;
  let from = first;
  for (const to of rest) {
    const middle = (from.y + to.y) / 2;
    d += `C${n(from.x)} ${n(middle)} ${n(to.x)} ${n(middle)} ${n(to.x)} ${n(to.y)}`;
    from = to;
  }
  const words = labelAt === undefined ? "" : labelShape(labelAt, label);
  return `<path d="${d}" class="edge ${kind}"/>${words}`;
}

function labelShape({ x, y }: Point, label: string): string {
  const width = label.length * 6;
  return (
    `<rect x="${n(x - width / 2)}" y="${n(y - 8)}" width="${n(width)}" height="16" fill="#ffffff" fill-opacity="0.85"/>` +
    text({ x, y: y + 4 }, label, 'class="small" text-anchor="middle"')
  );
}

function timelineRows(visits: readonly Visit[], nowMs: number): readonly string[] {
  const shown = visits.slice(0, VISITS_MAX);
  const fromMs = Math.min(...shown.map(({ enteredMs }) => enteredMs));
  const untilMs = Math.max(...shown.map(({ leftMs }) => leftMs ?? nowMs));
  const scale = BARS_WIDTH / Math.max(1, untilMs - fromMs);
  const rows = shown.map((visit, at) => {
    const endMs = visit.leftMs ?? nowMs;
    const { fill, stroke } = PALETTE[visit.status];
    const x = NAMES_WIDTH + (visit.enteredMs - fromMs) * scale;
    const width = Math.max(2, (endMs - visit.enteredMs) * scale);
    const took = `${visit.name}: ${visit.status}, ${endMs - visit.enteredMs} ms`;
    return [
      `<g><title>${escaped(took)}</title>`,
      text({ x: visit.depth * INDENT, y: at * ROW + 13 }, visit.name, 'class="small"'),
      `<rect x="${n(x)}" y="${at * ROW + 3}" width="${n(width)}" height="${ROW - 6}" fill="${fill}" stroke="${stroke}"/></g>`,
    ].join("");
  });
  const left = visits.length - shown.length;
  return left === 0
    ? rows
    : [...rows, text({ x: 0, y: shown.length * ROW + 13 }, `and ${left} more`, 'class="small"')];
}

function group({ x, y }: Point, content: string): string {
  return `<g transform="translate(${n(x)} ${n(y)})">\n${content}\n</g>`;
}

function text({ x, y }: Point, content: string, attributes: string): string {
  return `<text x="${n(x)}" y="${n(y)}" ${attributes}>${escaped(content)}</text>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Control characters are no XML. */
function escaped(content: string): string {
  return content
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
    .replace(/\p{Cc}/gu, " ");
}
