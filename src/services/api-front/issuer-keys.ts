/**
 * The public keys of identity providers: found by the issuer's discovery document, fetched when a
 * token first needs them, and kept for two hours as on AWS. Shared by the services that check tokens.
 *
 * Invariants: `keyOf` never rejects; of many requests for one issuer a single one goes out; what
 * could not be fetched is asked for again with the next token. Nothing is kept on disk.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import type { KeyObject } from "node:crypto";
import { utf8Decode } from "../../base/bytes.ts";
import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import { keysOf, type TokenProblem } from "../../languages/jwt/jwt.ts";
import type { Clock } from "../../platform/clock.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import type { Log } from "../../platform/log.ts";

export interface IssuerKeys {
  /** The issuer's key with that id, or what an authorizer says when there is none. */
  keyOf(issuer: string, keyId: string): Promise<{ readonly key: KeyObject } | TokenProblem>;
}

export interface IssuerKeysPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
}

const KEPT_MS = 2 * 60 * 60 * 1000;
/** A key id that is not known may be a new key: so much later than the last look it is worth one. */
const LOOK_AGAIN_MS = 10_000;
/** For each of the two documents: AWS waits no longer either. */
const TIMEOUT_MS = 1_500;
const ISSUERS_MAX = 100;
const DOCUMENT_BYTES_MAX = 256 * 1024;

interface Fetched {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly fetchedMs: number;
}

const DISCOVERY_PROBLEM = "OIDC discovery endpoint communication error";
const KEYS_PROBLEM = "JWKS communication error";
const KEY_PROBLEM = "the token was signed with an unknown key";

export function createIssuerKeys(ports: IssuerKeysPorts): IssuerKeys {
  const known = new Map<string, Fetched>();
  const underWay = new Map<string, Promise<Fetched | TokenProblem>>();
  const look = (issuer: string): Promise<Fetched | TokenProblem> => {
    const running = underWay.get(issuer);
    if (running !== undefined) {
      return running;
    }
    const begun = fetchKeys(ports, issuer).then((fetched) => {
      underWay.delete(issuer);
      if (!("problem" in fetched)) {
        makeRoom(known, issuer);
        known.set(issuer, fetched);
      }
      return fetched;
    });
    underWay.set(issuer, begun);
    return begun;
  };
  return {
    async keyOf(issuer, keyId) {
      const nowMs = ports.clock.nowMs();
      const before = known.get(issuer);
      const ageMs = before === undefined ? Number.POSITIVE_INFINITY : nowMs - before.fetchedMs;
      const found = ageMs < KEPT_MS ? before?.keys.get(keyId) : undefined;
      if (found !== undefined) {
        return { key: found };
      }
      if (ageMs < LOOK_AGAIN_MS) {
        return { problem: KEY_PROBLEM };
      }
      const fetched = await look(issuer);
      if ("problem" in fetched) {
        return fetched;
      }
      const key = fetched.keys.get(keyId);
      return key === undefined ? { problem: KEY_PROBLEM } : { key };
    },
  };
}

/** `https://issuer/` and `https://issuer` have one discovery document. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

async function fetchKeys(ports: IssuerKeysPorts, issuer: string): Promise<Fetched | TokenProblem> {
  const fetchedMs = ports.clock.nowMs();
  const discovery = await fetchDocument(ports, issuer, discoveryUrl(issuer));
  const keysUrl = discovery?.["jwks_uri"];
  if (typeof keysUrl !== "string") {
    return { problem: DISCOVERY_PROBLEM };
  }
  const set = await fetchDocument(ports, issuer, keysUrl);
  return set === undefined ? { problem: KEYS_PROBLEM } : { keys: keysOf(set), fetchedMs };
}

/** Clients learn that it did not work; the engine's log says why, and whose issuer it is. */
async function fetchDocument(
  { http, log }: IssuerKeysPorts,
  issuer: string,
  url: string,
): Promise<JsonObject | undefined> {
  const result = await http.request({
    url,
    method: "GET",
    headers: { accept: "application/json" },
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: DOCUMENT_BYTES_MAX,
  });
  const document =
    result.kind === "response" && result.status === 200
      ? parseJsonObject(utf8Decode(result.body))
      : undefined;
  if (document === undefined) {
    const reason =
      result.kind === "failure" ? result.message : `status ${result.status}, or no JSON object`;
    log.write("warn", "an issuer's keys could not be fetched, so its tokens are refused", {
      issuer,
      url,
      reason,
    });
  }
  return document;
}

/** The issuer that was kept first goes when there are too many. */
function makeRoom(known: Map<string, Fetched>, issuer: string): void {
  const [oldest] = known.keys();
  if (known.size >= ISSUERS_MAX && !known.has(issuer) && oldest !== undefined) {
    known.delete(oldest);
  }
}
