/**
 * Metrics of the engine's own services: the port by which a service says what happened, without
 * knowing who counts.
 *
 * A sample that belongs to a change is noted in its transaction, so that it is counted once and only
 * when the change is committed. Samples are gathered in memory and stored every few seconds: a crash
 * loses those of the last few seconds, which no decision but an alarm's rests on.
 */
import type { ReadTx, WriteTx } from "../store/store.ts";

export interface MetricSample {
  readonly kind: "metrics";
  readonly accountId: string;
  readonly region: string;
  /** `AWS/SQS`. */
  readonly namespace: string;
  /** What the dimensions are about: samples with the same label have the same dimensions. */
  readonly label: string;
  /** Each set of dimensions gets all values; an empty one is the whole account's. */
  readonly dimensions: readonly (readonly MetricDimension[])[];
  readonly atMs: number;
  readonly values: readonly MetricValue[];
  /** 1 for data that are kept by the second. */
  readonly resolution?: 1 | undefined;
  /** The namespace has a gauge, which shall look at what the label names once a minute. */
  readonly isGauged?: boolean | undefined;
}

export type MetricDimension = readonly [name: string, value: string];
export type MetricValue = readonly [name: string, unit: string, value: number];

export type ReceiveMetrics = (sample: MetricSample) => void;

/** What has a level instead of events: read in a transaction once a minute. */
export interface Gauge {
  /** `undefined` when what the label names is gone. */
  read(
    tx: ReadTx,
    owner: { readonly accountId: string; readonly region: string },
    label: string,
  ): readonly MetricValue[] | undefined;
  /** Of what the label names. */
  dimensionsOf(label: string): readonly MetricDimension[];
}

/** By namespace. */
export type Gauges = Readonly<Record<string, Gauge>>;

/** Counted once `tx` is committed. */
export function noteMetrics(tx: WriteTx, sample: MetricSample): void {
  tx.note(sample);
}

export function isMetricSample(note: object): note is MetricSample {
  return (note as { readonly kind?: unknown }).kind === "metrics";
}
