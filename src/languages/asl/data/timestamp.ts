/**
 * Timestamps of the States Language: the profile of RFC 3339 with a capital `T`, and a capital `Z` where no offset is
 * given. Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const NS_PER_MS = 1_000_000n;

/** Nanoseconds since 1970, or `undefined` where the text is no timestamp. */
export function timestampNs(text: string): bigint | undefined {
  const [, dateTime = "", fraction = "", offset = ""] = FORM.exec(text) ?? [];
  const wholeMs = Date.parse(`${dateTime}${offset}`);
  if (Number.isNaN(wholeMs) || !isCalendarDate(dateTime)) {
    return undefined;
  }
  return BigInt(wholeMs) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
}

/** Milliseconds since 1970, or `undefined` where the text is no timestamp. */
export function timestampMs(text: string): number | undefined {
  const ns = timestampNs(text);
  return ns === undefined ? undefined : Number(ns / NS_PER_MS);
}

/** `Date.parse` reads the 30th of February as the 2nd of March. */
function isCalendarDate(dateTime: string): boolean {
  const date = new Date(`${dateTime}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === dateTime.slice(0, 10);
}
