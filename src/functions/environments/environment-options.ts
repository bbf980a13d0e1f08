/** What an environment is made with. */

import type { FunctionSpec } from "../function-host.ts";
import type { LogCapture } from "../logs/log-capture.ts";
import type { PlatformVoice } from "../logs/platform-voice.ts";
import type { Launched, LaunchListener } from "../processes/launcher.ts";
import type { Deadlines } from "./deadlines.ts";

export interface EnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly logStream: string;
  readonly log: LogCapture;
  readonly voice: PlatformVoice;
  /** In real time: that is what the process lives in. */
  readonly deadlines: Deadlines;
  readonly realNowMs: () => number;
  readonly launch: (listener: LaunchListener, abort: AbortSignal) => Promise<Launched>;
  /** An invocation begins. */
  readonly onBusy: () => void;
  /** It can take an invocation. */
  readonly onIdle: () => void;
  /** It takes no invocation any more. */
  readonly onEnding: () => void;
  /** Its process has ended, and it with it. */
  readonly onEnded: () => void;
}

/**
 * How long an answer waits for its runtime to ask for the next invocation, in milliseconds: whoever
 * calls again on hearing the answer shall find the same environment.
 */
export const NEXT_GRACE_MS = 20;
