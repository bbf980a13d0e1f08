import { constants, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  claimProblem,
  claimText,
  decodeToken,
  isSignedBy,
  keysOf,
  scopesOf,
  type Token,
} from "./jwt.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function issued(alg: string, padding: number, claims: object = { sub: "a" }): string {
  const signed = `${part({ alg, kid: "k1" })}.${part(claims)}`;
  const hash = `sha${alg.slice(2)}`;
  const signature = sign(hash, Buffer.from(signed), { key: privateKey, padding });
  return `${signed}.${signature.toString("base64url")}`;
}

function decoded(text: string): Token {
  const token = decodeToken(text);
  if ("problem" in token) {
    throw new Error(token.problem);
  }
  return token;
}

describe("signatures", () => {
  test.each([
    ["RS256", constants.RSA_PKCS1_PADDING],
    ["RS512", constants.RSA_PKCS1_PADDING],
    ["PS384", constants.RSA_PKCS1_PSS_PADDING],
  ])("%s: by the right key over the right text alone", (algorithm, padding) => {
    const token = decoded(issued(algorithm, padding));
    expect(token).toMatchObject({ algorithm, keyId: "k1", claims: { sub: "a" } });
    expect(isSignedBy(token, publicKey)).toBe(true);
    expect(isSignedBy(token, other)).toBe(false);
    expect(isSignedBy({ ...token, signed: `${token.signed}x` }, publicKey)).toBe(false);
  });

  test("keysOf: RSA keys by id, what is no key passed over", () => {
    const jwk = publicKey.export({ format: "jwk" });
    const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const keys = keysOf({
      keys: [
        { ...jwk, kid: "a" },
        { ...elliptic.export({ format: "jwk" }), kid: "b" },
        { kty: "RSA", kid: "c", n: 1 },
        jwk,
        null,
      ],
    });
    expect([...keys.keys()]).toEqual(["a"]);
    const key = keys.get("a") ?? other;
    expect(isSignedBy(decoded(issued("RS256", constants.RSA_PKCS1_PADDING)), key)).toBe(true);
  });
});

test.each([
  ["a.b", "token contains an invalid number of segments"],
  ["a.b.c.d", "token contains an invalid number of segments"],
  ["a.b.c", "the token could not be decoded"],
  [`${part({ alg: "none" })}.${part({})}.`, "signing method none is invalid"],
  [`${part({ alg: "ES256" })}.${part({})}.x`, "signing method ES256 is invalid"],
  [`${part({ alg: 'a"\r\n' })}.${part({})}.x`, "signing method a is invalid"],
])("decodeToken: %s is refused", (text, problem) => {
  expect(decodeToken(text)).toEqual({ problem });
});

test("claimProblem: time, issuer, audience", () => {
  const rules = { issuer: "https://a", audiences: ["x", "y"], nowMs: 1_000_000 };
  const good = { exp: 1001, iss: "https://a", aud: "y" };
  const problem = (changes: object): unknown => claimProblem({ ...good, ...changes }, rules);
  expect(problem({})).toBeUndefined();
  expect(problem({ aud: ["z", "x"], nbf: 1000, iat: 999.5 })).toBeUndefined();
  expect(problem({ aud: undefined, client_id: "x" })).toBeUndefined();
  expect(problem({ aud: "z", client_id: "x" })).toBe("the token does not have a valid audience");
  expect(problem({ aud: undefined })).toBe("the token does not have a valid audience");
  expect(problem({ exp: 1000 })).toBe("the token has expired");
  expect(problem({ exp: undefined })).toBe("the token has expired");
  expect(problem({ nbf: 1001 })).toBe("the token is not valid yet");
  expect(problem({ iat: "now" })).toBe("the token was used before it was issued");
  expect(problem({ iss: "https://a/" })).toBe("the token does not have a valid issuer");
});

test("scopesOf: of either claim, as text or list", () => {
  expect(scopesOf({ scope: "a b" })).toEqual(["a", "b"]);
  expect(scopesOf({ scp: ["a", 1, "b"] })).toEqual(["a", "b"]);
  expect(scopesOf({ scope: "a", scp: "b" })).toEqual(["a"]);
  expect(scopesOf({})).toEqual([]);
});

test("claimText: as integrations see claims", () => {
  const claims = [1700000000, true, "a", ["x", "y"], { b: [1], a: null }];
  expect(claims.map(claimText)).toEqual(["1700000000", "true", "a", "[x y]", "map[a:null b:[1]]"]);
});
