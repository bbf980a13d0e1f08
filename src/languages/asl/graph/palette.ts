/** The colours of an execution: fill and stroke by status, readable with black text. */
import type { VisitStatus } from "./visits.ts";

export interface Paint {
  readonly fill: string;
  readonly stroke: string;
}

export const PALETTE: Readonly<Record<VisitStatus, Paint>> = {
  succeeded: { fill: "#d3f2dc", stroke: "#1d8348" },
  caught: { fill: "#fdebc8", stroke: "#b9770e" },
  failed: { fill: "#f9d2ce", stroke: "#b03a2e" },
  aborted: { fill: "#e2e4e8", stroke: "#5d6470" },
  running: { fill: "#cfe5fb", stroke: "#1f618d" },
};

/** A state that no execution has come to, or of a machine without an execution. */
export const UNVISITED: Paint = { fill: "#ffffff", stroke: "#8a93a0" };
