import { validationException } from "../errors.ts";

/**
 * EventBridge takes `https:` alone; an endpoint on one's own machine has no certificate that
 * anybody trusts, so `http:` is taken, too.
 */
export function checkEndpoint(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw validationException("Parameter InvocationEndpoint is not valid. Reason: Invalid URL.");
  }
}
