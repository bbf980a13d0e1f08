/**
 * What a process in a sandbox sees: pure data, carried out by `bubblewrap.ts` or
 * `namespaces.ts`.
 *
 * Always its own: process ids, `/proc` and a small `/dev`. Always the machine's: the network, over
 * which it reaches the engine. Nothing is writable but what says so.
 */
export interface SandboxPlan {
  /**
   * A root file system, shown read-only, in which every place below exists already. Without one, the
   * process sees nothing but those places.
   */
  readonly root: string | undefined;
  readonly shown: readonly ShownPlace[];
  /** Symbolic links, only without a root. */
  readonly links: readonly ShownLink[];
}

export interface ShownPlace {
  /** Absolute, of this machine. */
  readonly from: string;
  /** Absolute, as the process sees it. */
  readonly at: string;
  readonly kind: "folder" | "file";
  readonly isWritable: boolean;
}

export interface ShownLink {
  readonly at: string;
  readonly target: string;
}

/** As on AWS: `sbx_user1051`, whatever user an image names. */
export const SANDBOX_UID = 993;
export const SANDBOX_GID = 990;
export const SANDBOX_USER = "sbx_user1051";

export function folder(from: string, at: string = from): ShownPlace {
  return { from, at, kind: "folder", isWritable: false };
}

export function file(from: string, at: string = from): ShownPlace {
  return { from, at, kind: "file", isWritable: false };
}

export function writable(place: ShownPlace): ShownPlace {
  return { ...place, isWritable: true };
}
