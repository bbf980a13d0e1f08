/**
 * Timestamps on the wire.
 * Source: https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
 */
import { Unreadable } from "./malformed.ts";

export type TimestampFormat = "epochSeconds" | "dateTime" | "httpDate";

/** The format of a timestamp shape: its own, else that of the place it stands in. */
export function timestampFormat(shapeName: string, fallback: TimestampFormat): TimestampFormat {
  switch (shapeName) {
    case "timestamp.dateTime":
      return "dateTime";
    case "timestamp.httpDate":
      return "httpDate";
    case "timestamp.epochSeconds":
      return "epochSeconds";
    default:
      return fallback;
  }
}

const DATE_TIME =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/;
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(?:\.\d+)? GMT$/;
const EPOCH_SECONDS = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** Clients do not agree on one format, so each is known by its look. */
export function readTimestampText(text: string): Date {
  const trimmed = text.trim();
  let ms = Number.NaN;
  if (EPOCH_SECONDS.test(trimmed)) {
    ms = Math.round(Number(trimmed) * 1000);
  } else if (DATE_TIME.test(trimmed)) {
    ms = Date.parse(withZone(trimmed));
  } else if (HTTP_DATE.test(trimmed)) {
    ms = Date.parse(trimmed);
  }
  return dateOf(ms, text);
}

export function readEpochSeconds(seconds: number): Date {
  return dateOf(Math.round(seconds * 1000), String(seconds));
}

export function writeTimestamp(date: Date, format: TimestampFormat): string {
  switch (format) {
    case "epochSeconds":
      return String(date.getTime() / 1000);
    case "httpDate":
      return date.toUTCString();
    default:
      return date.toISOString();
  }
}

/** A time without a zone is UTC on the wire, where JavaScript would take it as local. */
function withZone(text: string): string {
  return text.length === 10 || /(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
    ? text
    : `${text}Z`;
}

function dateOf(ms: number, text: string): Date {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) {
    throw new Unreadable(`${text} is not a valid timestamp`);
  }
  return date;
}
