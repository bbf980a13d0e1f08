/** Executions and their states as lines for a terminal. */
import type { Visit, VisitStatus } from "../../languages/asl/graph/visits.ts";
import type { ExecutionListItem } from "../../wire/models/states.gen.ts";
import type { Colors } from "../colors.ts";

type Listed = Pick<ExecutionListItem, "name" | "status" | "startDate" | "stopDate"> & {
  readonly stateMachineArn: string;
};

export const LIST_HEAD = ["STATUS", "EXECUTION", "STATE MACHINE", "STARTED", "TOOK"] as const;

/** What `LIST_HEAD` names. */
export function listRow(execution: Listed, nowMs: number): readonly string[] {
  const { name, status, startDate, stopDate, stateMachineArn } = execution;
  const tookMs = (stopDate?.getTime() ?? nowMs) - startDate.getTime();
  return [status, name, machineName(stateMachineArn), timeText(startDate), spanText(tookMs)];
}

/** As `--json` prints it. */
export function listValue(execution: ExecutionListItem, nowMs: number): object {
  const { name, status, startDate, stopDate, executionArn, stateMachineArn } = execution;
  return {
    name,
    status,
    startDate,
    stopDate: stopDate ?? null,
    durationMs: (stopDate?.getTime() ?? nowMs) - startDate.getTime(),
    executionArn,
    stateMachineArn,
  };
}

const NAME_WIDTH_MAX = 44;
const BAR_CELLS = 40;

/** The states of an execution, each with its bar; `nowMs` is where bars end that still run. */
export function timelineText(colors: Colors, visits: readonly Visit[], nowMs: number): string {
  const fromMs = Math.min(...visits.map(({ enteredMs }) => enteredMs));
  const untilMs = Math.max(...visits.map(({ leftMs }) => leftMs ?? nowMs));
  const cellMs = Math.max(1, untilMs - fromMs) / BAR_CELLS;
  const names = visits.map(({ name, depth }) => clipped("  ".repeat(depth) + name));
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = visits.map((visit, at) => {
    const endMs = visit.leftMs ?? nowMs;
    const before = Math.min(BAR_CELLS - 1, Math.floor((visit.enteredMs - fromMs) / cellMs));
    const cells = Math.max(1, Math.round((endMs - visit.enteredMs) / cellMs));
    const bar = "█".repeat(Math.min(cells, BAR_CELLS - before));
    const tries = visit.tries > 1 ? `  ${visit.tries} tries` : "";
    return [
      (names[at] ?? "").padEnd(width),
      " ".repeat(before) + paint(colors, visit.status, bar.padEnd(BAR_CELLS - before)),
      `${visit.status}  ${spanText(endMs - visit.enteredMs)}${tries}`,
    ].join("  ");
  });
  return lines.join("\n");
}

export function paint(colors: Colors, status: string, text: string): string {
  switch (status.toLowerCase() as VisitStatus | "timed_out") {
    case "succeeded":
      return colors.green(text);
    case "caught":
      return colors.yellow(text);
    case "failed":
    case "timed_out":
      return colors.red(text);
    case "running":
      return colors.blue(text);
    default:
      return colors.dim(text);
  }
}

/** `840 ms`, `12.3 s`, `5 min 20 s`, `3 h 5 min`, `2 d 4 h`. */
export function spanText(spanMs: number): string {
  const seconds = Math.floor(spanMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 1) {
    return `${spanMs} ms`;
  }
  if (minutes < 1) {
    return `${(spanMs / 1_000).toFixed(1)} s`;
  }
  if (hours < 1) {
    return `${minutes} min ${seconds % 60} s`;
  }
  return hours < 24
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function timeText(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}

function machineName(stateMachineArn: string): string {
  return stateMachineArn.split(":")[6] ?? stateMachineArn;
}

function clipped(text: string): string {
  return text.length > NAME_WIDTH_MAX ? `${text.slice(0, NAME_WIDTH_MAX - 1)}…` : text;
}
