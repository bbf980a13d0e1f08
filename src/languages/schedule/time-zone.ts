/** Wall clocks of time zones, from the tables of the runtime (`Intl`). */

const HOUR_MS = 3_600_000;
const FORMATS_MAX = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the runtime knows the zone by this name. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock of a zone shows at an instant, as ms of a clock without zones. */
export function wallMsAt(instantMs: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) {
    parts[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  const subsecondMs = ((instantMs % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + subsecondMs;
}

/** The instants at which the wall clock shows a time, in order: none, one or two. */
export function instantsOf(wallMs: number, timeZone: string): readonly number[] {
  const offsets = [-24, 24].map((hours) => {
    const aboutMs = wallMs + hours * HOUR_MS;
    return wallMsAt(aboutMs, timeZone) - aboutMs;
  });
  return [...new Set(offsets.map((offsetMs) => wallMs - offsetMs))]
    .filter((instantMs) => wallMsAt(instantMs, timeZone) === wallMs)
    .sort((a, b) => a - b);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= FORMATS_MAX) {
      formats.clear();
    }
    formats.set(timeZone, format);
  }
  return format;
}
