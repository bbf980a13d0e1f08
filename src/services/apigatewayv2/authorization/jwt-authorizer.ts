/**
 * JWT authorizers: the token's signature against the keys of its issuer, its claims against the
 * authorizer, its scopes against the route.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import type { JsonObject } from "../../../base/json.ts";
import {
  claimProblem,
  claimText,
  decodeToken,
  isSignedBy,
  scopesOf,
  type Token,
  type TokenProblem,
} from "../../../languages/jwt/jwt.ts";
import {
  createIssuerKeys,
  type IssuerKeys,
  type IssuerKeysPorts,
} from "../../api-front/issuer-keys.ts";
import { selectable } from "../context-variables.ts";
import type { AuthorizerRecord } from "../keys.ts";
import type { RoutedRequest } from "../payload.ts";
import { parseSelection, selected } from "../selection.ts";
import type { Refusal, Verdict } from "./authorize.ts";

export type JwtCheck = (
  routed: RoutedRequest,
  by: { readonly authorizer: AuthorizerRecord; readonly scopes: readonly string[] },
) => Promise<Verdict>;

export function createJwtCheck(ports: IssuerKeysPorts): JwtCheck {
  const keys = createIssuerKeys(ports);
  return async (routed, { authorizer, scopes }) => {
    const text = tokenText(routed, authorizer);
    if (text === undefined) {
      return { status: 401, challenge: "Bearer", error: "Unauthorized" };
    }
    const token = decodeToken(text);
    const problem =
      "problem" in token
        ? token.problem
        : await tokenProblem(keys, token, { authorizer, nowMs: ports.clock.nowMs() });
    if (problem !== undefined || "problem" in token) {
      return refusal("invalid_token", problem ?? "", scopes);
    }
    const granted = scopesOf(token.claims);
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
      return refusal("insufficient_scope", "the token does not have a required scope", scopes);
    }
    const claims = claimTexts(token.claims);
    return { context: { kind: "jwt", claims, scopes: scopes.length === 0 ? null : granted } };
  };
}

/** With or without `Bearer `. */
function tokenText(routed: RoutedRequest, authorizer: AuthorizerRecord): string | undefined {
  const [source = ""] = authorizer.IdentitySource ?? [];
  const selection = parseSelection(source.slice(1));
  const value = selection && selected(selection, selectable(routed));
  const token = value?.replace(/^bearer /i, "").trim();
  return token === "" ? undefined : token;
}

async function tokenProblem(
  keys: IssuerKeys,
  token: Token,
  { authorizer, nowMs }: { readonly authorizer: AuthorizerRecord; readonly nowMs: number },
): Promise<string | undefined> {
  const { Issuer: issuer = "", Audience: audiences = [] } = authorizer.JwtConfiguration ?? {};
  if (token.keyId === undefined) {
    return "the token does not name its key";
  }
  const found: Awaited<ReturnType<IssuerKeys["keyOf"]>> = await keys.keyOf(issuer, token.keyId);
  if (isProblem(found)) {
    return found.problem;
  }
  if (!isSignedBy(token, found.key)) {
    return "crypto/rsa: verification error";
  }
  return claimProblem(token.claims, { issuer, audiences, nowMs });
}

function isProblem(found: object): found is TokenProblem {
  return "problem" in found;
}

function claimTexts(claims: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, claimText(value)]),
  );
}

function refusal(
  code: "invalid_token" | "insufficient_scope",
  description: string,
  scopes: readonly string[],
): Refusal {
  return {
    status: code === "invalid_token" ? 401 : 403,
    challenge: `Bearer scope="${scopes.join(" ")}" error="${code}" error_description="${description}"`,
    error: `${code}: ${description}`,
  };
}
