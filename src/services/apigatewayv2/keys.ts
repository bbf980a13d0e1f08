/**
 * The keys of API Gateway's HTTP APIs.
 *
 * | key                                     | record              | what for                       |
 * |-----------------------------------------|---------------------|--------------------------------|
 * | apigatewayv2 api apiId                  | `ApiRecord`         | requests know the id alone     |
 * | apigatewayv2 apiByOwner account region apiId | true           | `GetApis`                      |
 * | apigatewayv2 route apiId routeId        | `RouteRecord`       |                                |
 * | apigatewayv2 integration apiId id       | `IntegrationRecord` |                                |
 * | apigatewayv2 authorizer apiId id        | `AuthorizerRecord`  |                                |
 * | apigatewayv2 stage apiId name           | `StageRecord`       |                                |
 * | apigatewayv2 deployment apiId id        | `DeploymentRecord`  | with what it deployed          |
 *
 * Configuration is kept in AWS's own shapes: it is returned as it was given.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { Output } from "../../wire/operations.ts";
import type { Cors } from "./cors.ts";

type Configured<T> = { readonly [K in keyof T]: T[K] };

export interface ApiRecord {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdMs: number;
  readonly settings: ApiSettings;
  /** What quick create made, and `UpdateApi` may change. */
  readonly quickCreated?: { readonly routeId: string; readonly integrationId: string } | undefined;
}

export type ApiSettings = Configured<
  Omit<Output<"apigatewayv2", "GetApi">, "ApiId" | "ApiEndpoint" | "CreatedDate">
> & {
  readonly Name: string;
  readonly ProtocolType: string;
  readonly RouteSelectionExpression: string;
};

export type RouteRecord = Configured<Output<"apigatewayv2", "GetRoute">> & {
  readonly RouteId: string;
  readonly RouteKey: string;
};

export type IntegrationRecord = Configured<Output<"apigatewayv2", "GetIntegration">> & {
  readonly IntegrationId: string;
};

export type AuthorizerRecord = Configured<Output<"apigatewayv2", "GetAuthorizer">> & {
  readonly AuthorizerId: string;
  readonly AuthorizerType: string;
  readonly Name: string;
};

export interface StageRecord {
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: Configured<
    Omit<Output<"apigatewayv2", "GetStage">, "CreatedDate" | "LastUpdatedDate">
  > & { readonly StageName: string };
}

export interface DeploymentRecord {
  readonly deploymentId: string;
  readonly createdMs: number;
  readonly description?: string | undefined;
  readonly autoDeployed: boolean;
  readonly snapshot: Snapshot;
}

/** What a deployment serves, whatever becomes of the API afterwards. */
export interface Snapshot {
  readonly cors?: Cors | undefined;
  readonly routes: readonly {
    readonly routeKey: string;
    readonly integration?: IntegrationRecord | undefined;
    /** `undefined` for routes that anybody may use. */
    readonly authorization?: RouteAuthorization | undefined;
  }[];
}

export interface RouteAuthorization {
  readonly type: "AWS_IAM" | "JWT" | "CUSTOM";
  readonly scopes: readonly string[];
  /** There for `JWT` and `CUSTOM`. */
  readonly authorizer?: AuthorizerRecord | undefined;
}

export const apis: Collection<ApiRecord> = collection("apigatewayv2", "api");
export const apisByOwner: Collection<true> = collection("apigatewayv2", "apiByOwner");
export const routes: Collection<RouteRecord> = collection("apigatewayv2", "route");
export const integrations: Collection<IntegrationRecord> = collection(
  "apigatewayv2",
  "integration",
);
export const authorizers: Collection<AuthorizerRecord> = collection("apigatewayv2", "authorizer");
export const stages: Collection<StageRecord> = collection("apigatewayv2", "stage");
export const deployments: Collection<DeploymentRecord> = collection("apigatewayv2", "deployment");
