/** Connections as operations answer with them. */
import type { Connection as Shape } from "../../../wire/models/events.gen.ts";
import { type Connection, connectionArn } from "./connection.ts";

interface ConnectionTimes {
  readonly ConnectionArn: string;
  readonly ConnectionState: string;
  readonly CreationTime: Date;
  readonly LastModifiedTime: Date;
  readonly LastAuthorizedTime?: Date | undefined;
}

/** `state` is the one AWS answers with while the change is under way. */
export function connectionTimes(
  connection: Connection,
  state: string = connection.state,
): ConnectionTimes {
  const { createdMs, modifiedMs, authorizedMs } = connection;
  return {
    ConnectionArn: connectionArn(connection),
    ConnectionState: state,
    CreationTime: new Date(createdMs),
    LastModifiedTime: new Date(modifiedMs),
    LastAuthorizedTime: authorizedMs === undefined ? undefined : new Date(authorizedMs),
  };
}

export function listedConnection(connection: Connection): Shape {
  return {
    ...connectionTimes(connection),
    Name: connection.name,
    StateReason: connection.stateReason,
    AuthorizationType: connection.authorizationType,
  };
}
