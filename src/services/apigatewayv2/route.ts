/** Routes: checks, and writing them. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./api.ts";
import { integrationIdOf } from "./deployment.ts";
import { badRequest, conflict, routeNotFound } from "./errors.ts";
import { given, type Members } from "./given.ts";
import { authorizers, integrations, type RouteRecord, routes } from "./keys.ts";
import { ROUTES_MAX } from "./limits.ts";
import { parseRouteKey } from "./route-key.ts";

export type RouteMembers = Members<Input<"apigatewayv2", "CreateRoute">>;

/** Refuses what does not exist here before anything is written. */
export function checkRouteMembers(operation: string, members: RouteMembers): void {
  if (members.ApiKeyRequired === true) {
    throw notSupported(operation, "ApiKeyRequired");
  }
  for (const name of ["ModelSelectionExpression", "RouteResponseSelectionExpression"] as const) {
    if (members[name]) {
      throw notSupported(operation, name);
    }
  }
  for (const name of ["RequestModels", "RequestParameters"] as const) {
    if (Object.keys(members[name] ?? {}).length > 0) {
      throw notSupported(operation, name);
    }
  }
}

export function requireRoute(tx: ReadTx, apiId: string, routeId: string): RouteRecord {
  const route = isPartName(routeId) ? routes.get(tx, [apiId, routeId]) : undefined;
  if (route === undefined) {
    throw routeNotFound(routeId);
  }
  return route;
}

export function addRoute(
  tx: WriteTx,
  apiId: string,
  members: RouteMembers & { readonly RouteKey: string; readonly ApiGatewayManaged?: boolean },
): RouteRecord {
  const others = [...routes.list(tx, { prefix: [apiId] })];
  if (others.length >= ROUTES_MAX) {
    throw badRequest("Maximum number of Routes for this API has been reached");
  }
  const route: RouteRecord = {
    ApiKeyRequired: false,
    AuthorizationType: "NONE",
    ...given(members),
    RouteId: newId(tx, PART_ID_LENGTH),
    RouteKey: members.RouteKey,
  };
  return putRoute(tx, apiId, route);
}

/** Checks a route against the rest of its API and writes it. */
export function putRoute(tx: WriteTx, apiId: string, given: RouteRecord): RouteRecord {
  const route = withAuthorization(tx, apiId, given);
  const { RouteKey, RouteId, Target } = route;
  if (parseRouteKey(RouteKey) === undefined) {
    throw badRequest(
      "The provided route key is not formatted properly for HTTP protocol. " +
        'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
  for (const { record } of routes.list(tx, { prefix: [apiId] })) {
    if (record.RouteKey === RouteKey && record.RouteId !== RouteId) {
      throw conflict(`Route with key ${RouteKey} already exists for this API`);
    }
  }
  const integrationId = integrationIdOf(Target);
  const there =
    integrationId !== undefined &&
    isPartName(integrationId) &&
    integrations.get(tx, [apiId, integrationId]) !== undefined;
  if (Target && !there) {
    throw badRequest(`Invalid route target specified: ${Target}`);
  }
  routes.put(tx, [apiId, RouteId], route);
  return route;
}

/** What a type needs has to be there; what it has no use for goes. */
function withAuthorization(tx: ReadTx, apiId: string, route: RouteRecord): RouteRecord {
  const { AuthorizationType: type = "NONE", AuthorizationScopes: scopes = [] } = route;
  const { AuthorizerId, AuthorizationScopes, ...rest } = route;
  if (scopes.length > 0 && type !== "JWT") {
    throw badRequest(
      "Invalid Route authorization type specified. Authorization Scopes are only valid for " +
        "COGNITO_USER_POOLS and JWT authorization types",
    );
  }
  if (type !== "JWT" && type !== "CUSTOM") {
    return rest;
  }
  const known = AuthorizerId && isPartName(AuthorizerId);
  const authorizer = known ? authorizers.get(tx, [apiId, AuthorizerId]) : undefined;
  if (authorizer?.AuthorizerType !== (type === "JWT" ? "JWT" : "REQUEST")) {
    throw badRequest(
      `Invalid authorizer ID specified. Setting the authorization type to ${type} requires a ` +
        `valid${type === "JWT" ? " JWT" : ""} authorizer.`,
    );
  }
  const { AuthorizerId: id } = authorizer;
  return scopes.length === 0
    ? { ...rest, AuthorizerId: id }
    : { ...rest, AuthorizerId: id, AuthorizationScopes: scopes };
}
