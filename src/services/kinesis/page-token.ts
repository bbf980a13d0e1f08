/** Tokens of lists: where the next page begins, in what, and when the token was given out. */
import { expiredToken, invalidArgument } from "./errors.ts";
import { TOKEN_LIFETIME_MS } from "./limits.ts";

export interface PageToken {
  /** What the list is of: a stream's number, or an account. */
  readonly of: number | string;
  /** The last that was shown. */
  readonly after: number | string;
  readonly issuedMs: number;
  /** JSON: what else the first request asked for. */
  readonly filter?: string | undefined;
}

export function writeToken(token: PageToken): string {
  const { of, after, issuedMs, filter } = token;
  return Buffer.from(JSON.stringify([of, after, issuedMs, filter])).toString("base64url");
}

export function readToken(text: string, nowMs: number): PageToken {
  const token = parsed(text);
  if (token === undefined) {
    throw invalidArgument("Invalid NextToken.");
  }
  if (nowMs - token.issuedMs > TOKEN_LIFETIME_MS) {
    throw expiredToken(token.issuedMs, nowMs, TOKEN_LIFETIME_MS);
  }
  return token;
}

function parsed(text: string): PageToken | undefined {
  try {
    const [of, after, issuedMs, filter] = JSON.parse(
      Buffer.from(text, "base64url").toString(),
    ) as unknown[];
    const isToken =
      ["number", "string"].includes(typeof of) &&
      ["number", "string"].includes(typeof after) &&
      typeof issuedMs === "number" &&
      (filter === null || filter === undefined || typeof filter === "string");
    return isToken
      ? ({ of, after, issuedMs, filter: filter ?? undefined } as PageToken)
      : undefined;
  } catch {
    return undefined;
  }
}
