/**
 * API destinations: HTTP endpoints as targets.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
import { formatArn, parseArn } from "../../../base/arn.ts";
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { ApiDestination as Shape } from "../../../wire/models/events.gen.ts";
import { apiDestinationDoesNotExist, connectionArnDoesNotExist } from "../errors.ts";
import { connectionOfArn } from "./connection.ts";

export interface ApiDestination {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  /** The last part of its ARN. */
  readonly id: string;
  readonly description?: string | undefined;
  readonly connectionArn: string;
  /** `*` stands for a path parameter of the target. */
  readonly endpoint: string;
  readonly method: string;
  /** Requests a second. */
  readonly rateMax: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** Requests a second, when nothing is said. */
export const RATE_DEFAULT = 300;

export const apiDestinations: Collection<ApiDestination> = collection("events", "apiDestination");

export type ApiDestinationId = Pick<ApiDestination, "accountId" | "region" | "name">;

export function apiDestinationKey({ accountId, region, name }: ApiDestinationId): Key {
  return [accountId, region, name];
}

export function apiDestinationArn(
  destination: ApiDestinationId & Pick<ApiDestination, "id">,
): string {
  const { accountId, region, name, id } = destination;
  const resource = `api-destination/${name}/${id}`;
  return formatArn({ service: "events", region, accountId, resource });
}

export function isApiDestinationArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === "events" && /^api-destination\/[\w.-]{1,64}\/[\w-]+$/.test(arn.resource);
}

/** The destination that an ARN means, unless it is gone. */
export function apiDestinationOfArn(tx: ReadTx, text: string): ApiDestination | undefined {
  const arn = parseArn(text);
  const [, name = "", id] = arn?.resource.split("/") ?? [];
  if (arn === undefined || !isApiDestinationArn(text)) {
    return undefined;
  }
  const { accountId, region } = arn;
  const destination = apiDestinations.get(tx, [accountId, region, name]);
  return destination?.id === id ? destination : undefined;
}

export function requireApiDestination(tx: ReadTx, id: ApiDestinationId): ApiDestination {
  const destination = apiDestinations.get(tx, apiDestinationKey(id));
  if (destination === undefined) {
    throw apiDestinationDoesNotExist(id.name);
  }
  return destination;
}

export function putApiDestination(tx: WriteTx, destination: ApiDestination): void {
  if (connectionOfArn(tx, destination.connectionArn) === undefined) {
    throw connectionArnDoesNotExist(destination.connectionArn);
  }
  apiDestinations.put(tx, apiDestinationKey(destination), destination);
}

/** Inactive as long as its connection cannot be used. */
export function stateOf(tx: ReadTx, destination: ApiDestination): "ACTIVE" | "INACTIVE" {
  const connection = connectionOfArn(tx, destination.connectionArn);
  return connection === undefined || connection.state === "DEAUTHORIZED" ? "INACTIVE" : "ACTIVE";
}

export function describedApiDestination(tx: ReadTx, destination: ApiDestination): Shape {
  return {
    ApiDestinationArn: apiDestinationArn(destination),
    Name: destination.name,
    ApiDestinationState: stateOf(tx, destination),
    ConnectionArn: destination.connectionArn,
    InvocationEndpoint: destination.endpoint,
    HttpMethod: destination.method,
    InvocationRateLimitPerSecond: destination.rateMax,
    CreationTime: new Date(destination.createdMs),
    LastModifiedTime: new Date(destination.modifiedMs),
  };
}
