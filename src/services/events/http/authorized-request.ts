/** A request with the token of its connection, when it has OAuth. */
import type {
  HttpClient,
  HttpClientRequest,
  HttpClientResult,
} from "../../../platform/http-client.ts";
import type { Store } from "../../../store/store.ts";
import { type Connection, putToken } from "./connection.ts";
import type { Tokens } from "./token.ts";

export interface RequestPorts {
  readonly store: Store;
  readonly http: HttpClient;
  readonly tokens: Tokens;
}

/** No token was to be had: the request was not made. */
export interface NoToken {
  readonly kind: "no-token";
  readonly message: string;
}

/** A token that the endpoint refuses is forgotten, so that the next request asks for another. */
export async function requestAuthorized(
  ports: RequestPorts,
  connection: Connection,
  requestWith: (token: string | undefined) => HttpClientRequest,
): Promise<HttpClientResult | NoToken> {
  const isOAuth = connection.credentials?.kind === "oauth";
  const asked = isOAuth ? await ports.tokens.forRequest(connection) : undefined;
  if (asked?.failure !== undefined) {
    return { kind: "no-token", message: asked.failure };
  }
  const answer = await ports.http.request(requestWith(asked?.token.value));
  if (isOAuth && answer.kind === "response" && (answer.status === 401 || answer.status === 407)) {
    await ports.store.write((tx) => putToken(tx, connection, undefined));
  }
  return answer;
}
