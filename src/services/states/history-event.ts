/** An event of a history as it goes over the wire. */
import type { Output } from "../../wire/operations.ts";
import type { HistoryRow } from "./execution-record.ts";

type HistoryEvent = Output<"states", "GetExecutionHistory">["events"][number];

/** Members that hold data of the execution, with the one that says whether it is all there. */
const DATA: Readonly<Record<string, string>> = {
  input: "inputDetails",
  output: "outputDetails",
  assignedVariables: "assignedVariablesDetails",
};

export function describedEvent(row: HistoryRow, withData: boolean): HistoryEvent {
  const [id, previousEventId, timestampMs, type, details] = row;
  const event = { timestamp: new Date(timestampMs), type, id, previousEventId };
  if (details === null) {
    return event;
  }
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const note = Object.hasOwn(DATA, name) ? DATA[name] : undefined;
    if (note === undefined) {
      shown[name] = value;
    } else if (withData) {
      shown[name] = value;
      shown[note] = { truncated: false };
    }
  }
  return { ...event, [memberOf(type)]: shown };
}

/** `PassStateEntered` has `stateEnteredEventDetails`, `MapIterationFailed` its own. */
function memberOf(type: string): string {
  const state = /State(Entered|Exited)$/.exec(type);
  const name = state === null ? type : `State${state[1]}`;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
}
