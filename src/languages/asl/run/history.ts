/**
 * Events of an execution's history. `details` has the members of the event's details on the wire.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
import type { Payload } from "./payload.ts";

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestampMs: number;
  readonly type: string;
  readonly details: EventDetails | undefined;
}

export interface EventDetails {
  readonly [member: string]:
    | string
    | number
    | Payload
    | Readonly<Record<string, string>>
    | undefined;
}

/** Standard executions end here. Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
export const STANDARD_EVENTS_MAX = 25_000;
