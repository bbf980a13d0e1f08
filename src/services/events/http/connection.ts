/**
 * Connections: how to get into HTTP endpoints. Their secrets are kept with them and never returned.
 *
 * | state        | what it means                                                       |
 * |--------------|---------------------------------------------------------------------|
 * | AUTHORIZED   | requests can be made                                                |
 * | AUTHORIZING  | the authorization endpoint is about to be asked for a first token   |
 * | DEAUTHORIZED | the secrets were taken away, or that endpoint gave no token         |
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html
 */
import { formatArn, parseArn } from "../../../base/arn.ts";
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { ConnectionHttpParameters } from "../../../wire/models/events.gen.ts";
import { connectionDoesNotExist } from "../errors.ts";

export interface Connection extends ConnectionId {
  /** The last part of its ARN: a connection of the same name made later has another. */
  readonly id: string;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly authorizedMs?: number | undefined;
  readonly state: "AUTHORIZED" | "AUTHORIZING" | "DEAUTHORIZED";
  readonly stateReason?: string | undefined;
  readonly authorizationType: string;
  /** Absent once the connection was deauthorized. */
  readonly credentials?: Credentials | undefined;
  /** What every request gets. */
  readonly parameters: ConnectionHttpParameters;
}

export type Credentials =
  | { readonly kind: "basic"; readonly userName: string; readonly password: string }
  | { readonly kind: "apiKey"; readonly name: string; readonly value: string }
  | OAuthClient;

export interface OAuthClient {
  readonly kind: "oauth";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoint: string;
  readonly method: string;
  readonly parameters: ConnectionHttpParameters;
}

export interface ConnectionId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** Of a connection with OAuth; kept apart, as it changes on its own. */
export interface Token {
  readonly value: string;
  /** Absent: good until it is refused. */
  readonly expiresMs?: number | undefined;
}

export const connections: Collection<Connection> = collection("events", "connection");
const tokens: Collection<Token> = collection("events", "token");

export function connectionKey({ accountId, region, name }: ConnectionId): Key {
  return [accountId, region, name];
}

export function connectionArn(connection: ConnectionId & { readonly id: string }): string {
  const { accountId, region, name, id } = connection;
  return formatArn({ service: "events", region, accountId, resource: `connection/${name}/${id}` });
}

/** EventBridge keeps secrets in Secrets Manager; here the ARN is a name and no more. */
export function secretArn(connection: Connection): string {
  const { accountId, region, name, id } = connection;
  const resource = `secret:events!connection/${name}/${id}-${id.slice(-6)}`;
  return formatArn({ service: "secretsmanager", region, accountId, resource });
}

export function requireConnection(tx: ReadTx, id: ConnectionId): Connection {
  const connection = connections.get(tx, connectionKey(id));
  if (connection === undefined) {
    throw connectionDoesNotExist(id.name);
  }
  return connection;
}

/** The connection that an ARN means, unless it is gone. */
export function connectionOfArn(tx: ReadTx, text: string): Connection | undefined {
  const arn = parseArn(text);
  const [, name, id] = arn?.resource.match(/^connection\/([\w.-]{1,64})\/([\w-]+)$/) ?? [];
  if (arn?.service !== "events" || name === undefined) {
    return undefined;
  }
  const { accountId, region } = arn;
  const connection = connections.get(tx, [accountId, region, name]);
  return connection?.id === id ? connection : undefined;
}

export function putConnection(tx: WriteTx, connection: Connection): void {
  connections.put(tx, connectionKey(connection), connection);
}

export function tokenOf(tx: ReadTx, connection: Connection): Token | undefined {
  return tokens.get(tx, [...connectionKey(connection), connection.id]);
}

export function putToken(tx: WriteTx, connection: Connection, token: Token | undefined): void {
  const key = [...connectionKey(connection), connection.id];
  if (token === undefined) {
    tokens.delete(tx, key);
  } else {
    tokens.put(tx, key, token);
  }
}
