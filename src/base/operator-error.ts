/**
 * A mistake of whoever runs the engine (a command, a setting, a file), not of a request.
 * Says what happened, why, and how to fix it; the command line prints the three and exits.
 */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly why: string;
  readonly fix: string;
  readonly exitCode: number;

  constructor(options: OperatorErrorOptions) {
    super(options.what);
    this.why = options.why;
    this.fix = options.fix;
    this.exitCode = options.exitCode ?? EXIT_FAILURE;
  }
}

export interface OperatorErrorOptions {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Stable: scripts may rely on it. */
  readonly exitCode?: number;
}

/** The command ran and what it tried failed. */
export const EXIT_FAILURE = 1;
/** The command line itself was wrong. */
export const EXIT_USAGE = 2;
/** No engine answers where one was expected. */
export const EXIT_NO_ENGINE = 3;
/** The data folder is in use, unreadable, or of another version. */
export const EXIT_DATA = 4;
/** The engine cannot listen on the port or address it was told. */
export const EXIT_PORT = 5;
