/**
 * Tokens of connections with OAuth client credentials.
 *
 * A token is asked for when the connection is made or changed, when the one that is there expires
 * within a minute, and after an endpoint refused it. Between them requests use the one in the store.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
 */
import { utf8Decode } from "../../../base/bytes.ts";
import { parseJsonObject } from "../../../base/json.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { Store } from "../../../store/store.ts";
import {
  type Connection,
  connectionArn,
  connectionOfArn,
  type OAuthClient,
  putToken,
  type Token,
  tokenOf,
} from "./connection.ts";
import { tokenRequest } from "./http-request.ts";

const EXPIRES_SOON_MS = 60_000;
const TOKEN_BYTES_MAX = 64 * 1024;

export type Asked =
  | { readonly token: Token; readonly failure?: undefined }
  | { readonly token?: undefined; readonly failure: string; readonly isPassing: boolean };

export interface Tokens {
  /** A token for a request; asks for one when there is none that lasts. */
  forRequest(connection: Connection): Promise<Asked>;
  /** Asks the authorization endpoint, whatever is there. */
  ask(client: OAuthClient): Promise<Asked>;
}

export function createTokens(ports: {
  readonly store: Store;
  readonly clock: Clock;
  readonly http: HttpClient;
}): Tokens {
  const { store, clock, http } = ports;
  /** Under way, so that many requests at once ask once. */
  const asking = new Map<string, Promise<Asked>>();

  const ask = async (client: OAuthClient): Promise<Asked> => {
    const answer = await http.request({ ...tokenRequest(client), bodyBytesMax: TOKEN_BYTES_MAX });
    if (answer.kind === "failure") {
      return { failure: answer.message, isPassing: true };
    }
    if (answer.status < 200 || answer.status > 299) {
      const isPassing = answer.status === 429 || answer.status >= 500;
      return { failure: `The authorization endpoint answered ${answer.status}.`, isPassing };
    }
    const token = tokenIn(utf8Decode(answer.body), clock.nowMs());
    return token === undefined
      ? {
          failure: "The authorization endpoint answered without an access_token.",
          isPassing: false,
        }
      : { token };
  };

  const renew = async (connection: Connection, client: OAuthClient): Promise<Asked> => {
    const asked = await ask(client);
    const { token } = asked;
    if (token !== undefined) {
      await store.write((tx) => {
        const current = connectionOfArn(tx, connectionArn(connection));
        if (current?.modifiedMs === connection.modifiedMs) {
          putToken(tx, connection, token);
        }
      });
    }
    return asked;
  };

  return {
    ask,
    async forRequest(connection) {
      const { credentials } = connection;
      if (credentials?.kind !== "oauth") {
        return { failure: "The connection has no OAuth client.", isPassing: false };
      }
      const known = await store.read((tx) => tokenOf(tx, connection));
      if (known !== undefined && lasts(known, clock.nowMs())) {
        return { token: known };
      }
      const label = `${connectionArn(connection)} ${connection.modifiedMs}`;
      const underWay = asking.get(label) ?? renew(connection, credentials);
      asking.set(label, underWay);
      try {
        return await underWay;
      } finally {
        asking.delete(label);
      }
    },
  };
}

function lasts(token: Token, nowMs: number): boolean {
  return token.expiresMs === undefined || token.expiresMs > nowMs + EXPIRES_SOON_MS;
}

/** Source: https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
function tokenIn(text: string, nowMs: number): Token | undefined {
  const { access_token: value, expires_in: seconds } = parseJsonObject(text) ?? {};
  if (typeof value !== "string" || value === "") {
    return undefined;
  }
  const lifeMs = Number(seconds) * 1_000;
  return lifeMs > 0 ? { value, expiresMs: nowMs + lifeMs } : { value };
}
