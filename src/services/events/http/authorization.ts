/**
 * The first token of a connection, asked for by the outbox worker after the connection was made or
 * changed: then it is authorized, or, when the endpoint gives none, deauthorized with the reason.
 */
import { addJob, type JobKind, type Outcome } from "../../../outbox/job.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Store, WriteTx } from "../../../store/store.ts";
import {
  type Connection,
  connectionArn,
  connectionOfArn,
  putConnection,
  putToken,
  type Token,
} from "./connection.ts";
import type { Tokens } from "./token.ts";

export const AUTHORIZATION = "events.authorize";

const CONCURRENCY_MAX = 1;
/** A passing failure is given this many chances. */
const TRIES_MAX = 3;
const RETRY_MS = 1_000;

interface Authorization {
  readonly connectionArn: string;
  /** Which change of the connection this is for. */
  readonly modifiedMs: number;
  readonly tries: number;
}

type Result =
  | { readonly token: Token; readonly failure?: undefined }
  | { readonly token?: undefined; readonly failure: string };

/** Writes a connection; one with OAuth is authorized by a job. */
export function putForAuthorization(tx: WriteTx, connection: Connection): Connection {
  putToken(tx, connection, undefined);
  if (connection.credentials?.kind !== "oauth") {
    const authorized = { ...connection, state: "AUTHORIZED", authorizedMs: tx.nowMs } as const;
    putConnection(tx, authorized);
    return authorized;
  }
  const authorizing = { ...connection, state: "AUTHORIZING" } as const;
  putConnection(tx, authorizing);
  const arn = connectionArn(connection);
  const body: Authorization = {
    connectionArn: arn,
    modifiedMs: connection.modifiedMs,
    tries: 0,
  };
  addJob(tx, { kind: AUTHORIZATION, lane: arn, body });
  return authorizing;
}

export function authorizationJobs(ports: {
  readonly store: Store;
  readonly clock: Clock;
  readonly tokens: Tokens;
}): JobKind<Authorization, Result> {
  const { store, clock, tokens } = ports;
  return {
    laneConcurrencyMax: CONCURRENCY_MAX,
    async attempt({ body }): Promise<Outcome<Authorization, Result>> {
      const connection = await store.read((tx) => connectionOfArn(tx, body.connectionArn));
      const client = connection?.credentials;
      if (connection?.modifiedMs !== body.modifiedMs || client?.kind !== "oauth") {
        return { kind: "delivered", detail: { failure: "The connection has changed." } };
      }
      const asked = await tokens.ask(client);
      if (asked.token !== undefined) {
        return { kind: "delivered", detail: { token: asked.token } };
      }
      const tries = body.tries + 1;
      return asked.isPassing && tries < TRIES_MAX
        ? { kind: "retry", atMs: clock.nowMs() + RETRY_MS, body: { ...body, tries } }
        : { kind: "delivered", detail: { failure: asked.failure } };
    },
    settle(tx, { body }, outcome) {
      const connection = connectionOfArn(tx, body.connectionArn);
      if (outcome.kind === "delivered" && connection?.modifiedMs === body.modifiedMs) {
        conclude(tx, connection, outcome.detail);
      }
      return [];
    },
  };
}

function conclude(tx: WriteTx, connection: Connection, result: Result): void {
  if (result.token === undefined) {
    putConnection(tx, { ...connection, state: "DEAUTHORIZED", stateReason: result.failure });
    return;
  }
  putToken(tx, connection, result.token);
  putConnection(tx, {
    ...connection,
    state: "AUTHORIZED",
    stateReason: undefined,
    authorizedMs: tx.nowMs,
  });
}
