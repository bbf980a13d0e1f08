/**
 * JSON Web Tokens as API Gateway reads them: decoding, signatures, claims. Shared by the JWT
 * authorizers of HTTP APIs and whoever else is given tokens.
 *
 * Only algorithms of the RSA family are known, as on AWS.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { utf8Encode } from "../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../base/json.ts";

export interface Token {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly claims: JsonObject;
  /** What the signature covers. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** What is wrong with a token, for the client that sent it. */
export interface TokenProblem {
  readonly problem: string;
}

interface Algorithm {
  readonly hash: string;
  readonly padding: number;
}

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: { hash: "sha256", padding: constants.RSA_PKCS1_PADDING },
  RS384: { hash: "sha384", padding: constants.RSA_PKCS1_PADDING },
  RS512: { hash: "sha512", padding: constants.RSA_PKCS1_PADDING },
  PS256: { hash: "sha256", padding: constants.RSA_PKCS1_PSS_PADDING },
  PS384: { hash: "sha384", padding: constants.RSA_PKCS1_PSS_PADDING },
  PS512: { hash: "sha512", padding: constants.RSA_PKCS1_PSS_PADDING },
};

/** Nothing of the result is to be trusted before `isSignedBy` says so. */
export function decodeToken(text: string): Token | TokenProblem {
  const [header, payload, signature, ...rest] = text.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    return { problem: "token contains an invalid number of segments" };
  }
  const [head, claims] = [objectOf(header), objectOf(payload)];
  if (head === undefined || claims === undefined) {
    return { problem: "the token could not be decoded" };
  }
  const { alg, kid } = head;
  if (typeof alg !== "string" || !Object.hasOwn(ALGORITHMS, alg)) {
    return { problem: `signing method ${printable(String(alg))} is invalid` };
  }
  return {
    algorithm: alg,
    keyId: typeof kid === "string" ? kid : undefined,
    claims,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

function objectOf(segment: string): JsonObject | undefined {
  return /^[\w-]+$/.test(segment)
    ? parseJsonObject(Buffer.from(segment, "base64url").toString("utf8"))
    : undefined;
}

/** It goes into a header. */
function printable(text: string): string {
  return text.replace(/[^\w.+-]/g, "").slice(0, 32);
}

export function isSignedBy(token: Token, key: KeyObject): boolean {
  const algorithm = ALGORITHMS[token.algorithm];
  return (
    algorithm !== undefined &&
    key.asymmetricKeyType === "rsa" &&
    verify(
      algorithm.hash,
      utf8Encode(token.signed),
      { key, padding: algorithm.padding },
      token.signature,
    )
  );
}

/** The RSA keys of a JSON Web Key Set by their ids; others are passed over. */
export function keysOf(set: JsonObject): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const jwk of Array.isArray(set["keys"]) ? set["keys"] : []) {
    const key = isJsonObject(jwk) && jwk["kty"] === "RSA" ? publicKeyOf(jwk) : undefined;
    if (key !== undefined && typeof jwk["kid"] === "string") {
      keys.set(jwk["kid"], key);
    }
  }
  return keys;
}

function publicKeyOf(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: "jwk" });
  } catch {
    return undefined;
  }
}

export interface ClaimRules {
  readonly issuer: string;
  /** One of them is in `aud`, or is `client_id` where there is no `aud`. */
  readonly audiences: readonly string[];
  readonly nowMs: number;
}

/** `undefined` when the claims are good. */
export function claimProblem(claims: JsonObject, rules: ClaimRules): string | undefined {
  const nowSeconds = rules.nowMs / 1000;
  const { exp, nbf, iat, iss } = claims;
  if (typeof exp !== "number" || exp <= nowSeconds) {
    return "the token has expired";
  }
  if (isLaterThan(nbf, nowSeconds)) {
    return "the token is not valid yet";
  }
  if (isLaterThan(iat, nowSeconds)) {
    return "the token was used before it was issued";
  }
  if (iss !== rules.issuer) {
    return "the token does not have a valid issuer";
  }
  return audiencesOf(claims).some((audience) => rules.audiences.includes(audience))
    ? undefined
    : "the token does not have a valid audience";
}

/** An absent claim is fine, one that is no number is not. */
function isLaterThan(claim: unknown, nowSeconds: number): boolean {
  return claim !== undefined && !(typeof claim === "number" && claim <= nowSeconds);
}

function audiencesOf({ aud, client_id: client }: JsonObject): readonly string[] {
  const given = aud ?? client ?? [];
  return (Array.isArray(given) ? given : [given]).filter((item) => typeof item === "string");
}

/** Of `scope`, or else of `scp`: a text with spaces between, or a list. */
export function scopesOf({ scope, scp }: JsonObject): readonly string[] {
  const given = scope ?? scp ?? [];
  return Array.isArray(given)
    ? given.filter((item) => typeof item === "string")
    : String(given).split(" ").filter(Boolean);
}

/** A claim as integrations get it: texts all of them, lists as `[a b]`, objects as `map[a:b]`. */
export function claimText(claim: unknown): string {
  if (Array.isArray(claim)) {
    return `[${claim.map(claimText).join(" ")}]`;
  }
  if (isJsonObject(claim)) {
    const entries = Object.keys(claim)
      .sort()
      .map((name) => `${name}:${claimText(claim[name])}`);
    return `map[${entries.join(" ")}]`;
  }
  return String(claim);
}
