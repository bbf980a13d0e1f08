/**
 * Events, as rules see them and targets get them.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */

/** The fields around the detail. */
export interface EventHeader {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly accountId: string;
  readonly region: string;
  readonly timeMs: number;
  readonly resources: readonly string[];
}

export interface BusEvent {
  /** The event as JSON. */
  readonly text: string;
  /** The same, parsed. */
  readonly document: object;
  readonly trace: string | undefined;
}

/** `detailText` is the detail as JSON, which goes into the event untouched. */
export function busEvent(
  header: EventHeader,
  detail: { readonly text: string; readonly value: object },
  trace: string | undefined,
): BusEvent {
  const outer = {
    version: "0",
    id: header.id,
    "detail-type": header.detailType,
    source: header.source,
    account: header.accountId,
    time: isoSeconds(header.timeMs),
    region: header.region,
    resources: header.resources,
  };
  const opened = JSON.stringify(outer).slice(0, -1);
  return {
    text: `${opened},"detail":${detail.text}}`,
    document: { ...outer, detail: detail.value },
    trace,
  };
}

/** `2017-12-22T18:43:48Z` */
export function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
