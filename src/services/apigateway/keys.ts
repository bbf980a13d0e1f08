/**
 * The keys of API Gateway's REST APIs.
 *
 * | key                                              | record                | what for                     |
 * |--------------------------------------------------|-----------------------|------------------------------|
 * | apigateway api apiId                             | `RestApiRecord`       | requests know the id alone   |
 * | apigateway apiByOwner account region apiId       | true                  | `GetRestApis`                |
 * | apigateway resource apiId id                     | `ResourceRecord`      | with its methods             |
 * | apigateway model apiId name                      | `ModelRecord`         |                              |
 * | apigateway validator apiId id                    | `ValidatorRecord`     |                              |
 * | apigateway authorizer apiId id                   | `AuthorizerRecord`    |                              |
 * | apigateway gatewayResponse apiId type            | `GatewayResponseRecord` | those that were customized |
 * | apigateway stage apiId name                      | `StageRecord`         |                              |
 * | apigateway deployment apiId id                   | `DeploymentRecord`    | with what it deployed        |
 * | apigateway account account region                | `AccountRecord`       |                              |
 * | apigateway apiKey account region id              | `ApiKeyRecord`        |                              |
 * | apigateway apiKeyByValue account region value    | the key's id          | values are unique            |
 * | apigateway plan account region id                | `UsagePlanRecord`     |                              |
 * | apigateway planKey account region planId keyId   | true                  |                              |
 * | apigateway planByKey account region keyId planId | true                  | requests come with a key     |
 * | apigateway usage planId keyId day                | `UsageRecord`         | a day's requests             |
 * | apigateway extension planId keyId                | `ExtensionRecord`     | what `UpdateUsage` granted   |
 *
 * Configuration is kept in AWS's own shapes: it is returned as it was given.
 */
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type {
  ApiKey,
  Authorizer,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  RestApi,
  Stage,
  UsagePlan,
} from "../../wire/models/apigateway.gen.ts";

export interface RestApiRecord {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdMs: number;
  readonly rootResourceId: string;
  readonly settings: Omit<RestApi, "id" | "createdDate" | "rootResourceId" | "warnings"> & {
    readonly name: string;
  };
}

export interface ResourceRecord {
  readonly id: string;
  /** The root has none. */
  readonly parentId?: string | undefined;
  readonly pathPart?: string | undefined;
  readonly methods: Readonly<Record<string, MethodRecord>>;
}

export type MethodRecord = Method & {
  readonly httpMethod: string;
  readonly authorizationType: string;
};

export type ModelRecord = Model & { readonly id: string; readonly name: string };
export type ValidatorRecord = RequestValidator & { readonly id: string };
export type AuthorizerRecord = Authorizer & { readonly id: string; readonly type: string };
export type GatewayResponseRecord = GatewayResponse & { readonly responseType: string };

export interface StageRecord {
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: Omit<Stage, "createdDate" | "lastUpdatedDate"> & {
    readonly stageName: string;
    readonly deploymentId: string;
  };
}

export interface DeploymentRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly description?: string | undefined;
  readonly snapshot: Snapshot;
}

/** What a deployment serves, whatever becomes of the API afterwards. */
export interface Snapshot {
  readonly binaryMediaTypes: readonly string[];
  readonly apiKeySource: string;
  readonly minimumCompressionSize?: number | undefined;
  readonly policy?: string | undefined;
  readonly resources: readonly (ResourceRecord & { readonly path: string })[];
  readonly models: readonly ModelRecord[];
  readonly validators: readonly ValidatorRecord[];
  readonly authorizers: readonly AuthorizerRecord[];
  readonly gatewayResponses: readonly GatewayResponseRecord[];
}

export interface AccountRecord {
  readonly cloudwatchRoleArn?: string | undefined;
}

export interface ApiKeyRecord {
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: Omit<ApiKey, "createdDate" | "lastUpdatedDate"> & {
    readonly id: string;
    readonly value: string;
    readonly enabled: boolean;
  };
}

export type UsagePlanRecord = UsagePlan & { readonly id: string; readonly name: string };

export interface UsageRecord {
  readonly used: number;
}

export interface ExtensionRecord {
  /** The quota's period that it is good for, by its first day. */
  readonly period: string;
  readonly remaining: number;
}

export const apis: Collection<RestApiRecord> = rememberingCollection("apigateway", "api");
export const apisByOwner: Collection<true> = collection("apigateway", "apiByOwner");
export const resources: Collection<ResourceRecord> = collection("apigateway", "resource");
export const models: Collection<ModelRecord> = collection("apigateway", "model");
export const validators: Collection<ValidatorRecord> = collection("apigateway", "validator");
export const authorizers: Collection<AuthorizerRecord> = collection("apigateway", "authorizer");
export const gatewayResponses: Collection<GatewayResponseRecord> = collection(
  "apigateway",
  "gatewayResponse",
);
export const stages: Collection<StageRecord> = rememberingCollection("apigateway", "stage");
export const deployments: Collection<DeploymentRecord> = collection("apigateway", "deployment");
export const accounts: Collection<AccountRecord> = collection("apigateway", "account");
export const apiKeys: Collection<ApiKeyRecord> = collection("apigateway", "apiKey");
export const apiKeysByValue: Collection<string> = collection("apigateway", "apiKeyByValue");
export const usagePlans: Collection<UsagePlanRecord> = collection("apigateway", "plan");
export const usagePlanKeys: Collection<true> = collection("apigateway", "planKey");
export const usagePlansByKey: Collection<true> = collection("apigateway", "planByKey");
export const usage: Collection<UsageRecord> = collection("apigateway", "usage");
export const extensions: Collection<ExtensionRecord> = collection("apigateway", "extension");

/** What belongs to one API, and goes with it. */
export const PARTS: readonly Collection<unknown>[] = [
  resources,
  models,
  validators,
  authorizers,
  gatewayResponses,
  stages,
  deployments,
];
