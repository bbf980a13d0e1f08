/** Which of several installed versions runs a runtime: its own, or else the nearest later one. */
import { configuredDoesNotRun, type Finding } from "./family.ts";
import type { Place, Probe, Probed } from "./interpreter-search.ts";

/** Installations that are asked for their version, at most: more are not on any machine we know. */
const PROBED_MAX = 32;

export interface Wanted<T extends Probed> {
  readonly runtime: string;
  /** `3.3` or `17`: what the runtime's version begins with. */
  readonly version: string;
  readonly programs: readonly string[];
  readonly folders: readonly Place[];
  readonly probe: Probe<T>;
}

/** `undefined` when there is none. Rejects with `RuntimeUnavailable` for a configured one. */
export async function installedVersion<T extends Probed>(
  wanted: Wanted<T>,
  { configured, search }: Finding,
): Promise<T | undefined> {
  if (configured !== undefined) {
    const probed = await search.probe(configured, wanted.probe);
    if (!probed) {
      throw configuredDoesNotRun(wanted.runtime, configured);
    }
    return probed;
  }
  const files = await Promise.all(
    wanted.programs.map((program) => search.candidates(program, wanted.folders)),
  );
  const candidates = [...new Set(files.flat())].slice(0, PROBED_MAX);
  const probed = await Promise.all(candidates.map((file) => search.probe(file, wanted.probe)));
  return probed
    .filter((each) => each !== undefined)
    .filter(({ version }) => isOf(version, wanted.version) || isLater(version, wanted.version))
    .sort((a, b) => distance(a.version, wanted) - distance(b.version, wanted))
    .at(0);
}

/** Whether `3.3.6` is a `3.3`. */
export function isOf(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`);
}

export function isLater(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) > 0;
}

/** Zero for the version itself; among later ones, the nearest has the smallest. */
function distance<T extends Probed>(version: string, wanted: Wanted<T>): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return isOf(version, wanted.version) ? 0 : 1 + major * 1000 + minor;
}

/** `runs on Ruby 3.4.1`, when that is another version than AWS has. */
export function versionNote(title: string, version: string, wanted: string): { note?: string } {
  return isOf(version, wanted) ? {} : { note: `runs on ${title} ${version}` };
}

/** What is said of an interpreter whose client functions may have to bring: how to get one, too. */
export function withClient(
  { note }: { readonly note?: string },
  missing: { readonly name: string; readonly remedy: string } | undefined,
): { note?: string; remedy?: string } {
  if (missing === undefined) {
    return note === undefined ? {} : { note };
  }
  const lack = `without ${missing.name}`;
  return { note: note === undefined ? lack : `${note}, ${lack}`, remedy: missing.remedy };
}
