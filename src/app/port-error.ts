/** Why the engine cannot listen where it was told to. */
import { EXIT_PORT, OperatorError } from "../base/operator-error.ts";

const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  EADDRINUSE: [
    "Another program listens there.",
    "Stop it, or choose another port with --port (0 picks a free one).",
  ],
  EACCES: [
    "This user may not listen on it: ports below 1024 often need more rights.",
    "Choose a higher port with --port.",
  ],
  EADDRNOTAVAIL: ["This machine does not have that address.", "Choose another one with --host."],
  ENOTFOUND: ["This machine does not know that host name.", "Choose another one with --host."],
};

/** What is not about the address comes back as it is. */
export function portUnusable(
  error: unknown,
  address: { readonly host: string; readonly port: number },
): unknown {
  const [why, fix] = REASONS[(error as NodeJS.ErrnoException).code ?? ""] ?? [];
  if (why === undefined || fix === undefined) {
    return error;
  }
  return new OperatorError({
    what: `Millrace cannot listen on ${address.host}, port ${address.port}.`,
    why,
    fix,
    exitCode: EXIT_PORT,
  });
}
