/**
 * A graph as Mermaid text, coloured by status; an execution's visits as a Gantt chart.
 * Source: https://mermaid.js.org/syntax/flowchart.html, https://mermaid.js.org/syntax/gantt.html
 */
import type { Edge, Graph, GraphState } from "./graph.ts";
import { PALETTE } from "./palette.ts";
import type { Visit, VisitStatus } from "./visits.ts";

export function mermaidOf(graph: Graph, statuses: ReadonlyMap<string, VisitStatus>): string {
  const writer = new FlowchartWriter(statuses);
  writer.write(graph, "  ");
  return ["flowchart TD", ...writer.lines, ...classes(statuses), ""].join("\n");
}

class FlowchartWriter {
  readonly lines: string[] = [];
  readonly #ids = new Map<string, string>();
  readonly #statuses: ReadonlyMap<string, VisitStatus>;
  #terminals = 0;

  constructor(statuses: ReadonlyMap<string, VisitStatus>) {
    this.#statuses = statuses;
  }

  write(graph: Graph, indent: string): void {
    for (const { name } of graph.states) {
      this.#ids.set(name, `s${this.#ids.size}`);
    }
    for (const state of graph.states) {
      this.#node(state, indent);
    }
    this.#terminals += 1;
    const number = this.#terminals;
    this.lines.push(`${indent}start${number}(( )) --> ${this.#idOf(graph.startAt)}`);
    for (const state of graph.states) {
      for (const edge of state.edges) {
        this.lines.push(`${indent}${this.#idOf(state.name)} ${arrow(edge)} ${this.#idOf(edge.to)}`);
      }
      if (state.isEnd) {
        this.lines.push(`${indent}${this.#idOf(state.name)} --> end${number}((( )))`);
      }
    }
  }

  #node({ name, type, inner }: GraphState, indent: string): void {
    const id = this.#idOf(name);
    const status = this.#statuses.get(name);
    if (inner.length === 0) {
      const [open, close] = type === "Choice" ? ["{", "}"] : ["[", "]"];
      const colour = status === undefined ? "" : `:::${status}`;
      this.lines.push(`${indent}${id}${open}"${escaped(name)}"${close}${colour}`);
      return;
    }
    this.lines.push(`${indent}subgraph ${id}["${escaped(name)}"]`);
    for (const [at, graph] of inner.entries()) {
      this.lines.push(`${indent}  subgraph ${id}b${at}[" "]`);
      this.write(graph, `${indent}    `);
      this.lines.push(`${indent}  end`);
    }
    this.lines.push(`${indent}end`);
    if (status !== undefined) {
      this.lines.push(`${indent}class ${id} ${status}`);
    }
  }

  /** A state that the definition leads to and does not have keeps its name. */
  #idOf(name: string): string {
    return this.#ids.get(name) ?? `missing["${escaped(name)}"]`;
  }
}

function arrow({ kind, label }: Edge): string {
  const line = kind === "catch" ? "-.->" : "-->";
  return label === "" ? line : `${line}|"${escaped(label)}"|`;
}

function classes(statuses: ReadonlyMap<string, VisitStatus>): readonly string[] {
  return [...new Set(statuses.values())].sort().map((status) => {
    const { fill, stroke } = PALETTE[status];
    return `  classDef ${status} fill:${fill},stroke:${stroke},color:#111`;
  });
}

/** Mermaid's entities: `#35;` for a character that would end the text. */
function escaped(text: string): string {
  return text.replace(/[#"<>&`;\\[\]{}|]/g, (character) => `#${character.charCodeAt(0)};`);
}

/** `active`, `done` and `crit` are what a Gantt chart has for colours. */
const TAGS: Readonly<Record<VisitStatus, string>> = {
  succeeded: "done",
  caught: "crit, done",
  failed: "crit",
  aborted: "crit, done",
  running: "active",
};

export function ganttOf(visits: readonly Visit[], nowMs: number): string {
  const bars = visits.map(({ name, status, enteredMs, leftMs }) => {
    const label = name.replace(/[:#;,\n]/g, " ");
    return `  ${label} :${TAGS[status]}, ${enteredMs}, ${Math.max(enteredMs + 1, leftMs ?? nowMs)}`;
  });
  return ["gantt", "  dateFormat x", "  axisFormat %H:%M:%S", ...bars, ""].join("\n");
}
