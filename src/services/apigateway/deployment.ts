/** Deployments: copies of an API as it was, which stages serve. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Deployment } from "../../wire/models/apigateway.gen.ts";
import { badRequest, notFound } from "./errors.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./ids.ts";
import {
  authorizers,
  type DeploymentRecord,
  deployments,
  gatewayResponses,
  models,
  type RestApiRecord,
  type Snapshot,
  type StageRecord,
  stages,
  validators,
} from "./keys.ts";
import { pathsOf, resourcesOf } from "./resource.ts";

/** Deploys an API as it is now; one without methods cannot be. */
export function deploy(
  tx: WriteTx,
  api: RestApiRecord,
  description: string | undefined,
): DeploymentRecord {
  const snapshot = snapshotOf(tx, api);
  const methods = snapshot.resources.flatMap((resource) => Object.values(resource.methods));
  if (methods.length === 0) {
    throw badRequest("The REST API doesn't contain any methods");
  }
  if (methods.some(({ methodIntegration }) => methodIntegration === undefined)) {
    throw badRequest("No integration defined for method");
  }
  const deployment: DeploymentRecord = {
    id: newId(tx, PART_ID_LENGTH),
    createdMs: tx.nowMs,
    description,
    snapshot,
  };
  deployments.put(tx, [api.id, deployment.id], deployment);
  return deployment;
}

export function snapshotOf(tx: ReadTx, api: RestApiRecord): Snapshot {
  const all = resourcesOf(tx, api.id);
  const paths = pathsOf(all);
  const prefix = [api.id];
  const { settings } = api;
  return {
    binaryMediaTypes: settings.binaryMediaTypes ?? [],
    apiKeySource: settings.apiKeySource ?? "HEADER",
    minimumCompressionSize: settings.minimumCompressionSize,
    policy: settings.policy,
    resources: all.map((resource) => ({ ...resource, path: paths.get(resource.id) ?? "/" })),
    models: [...models.list(tx, { prefix })].map(({ record }) => record),
    validators: [...validators.list(tx, { prefix })].map(({ record }) => record),
    authorizers: [...authorizers.list(tx, { prefix })].map(({ record }) => record),
    gatewayResponses: [...gatewayResponses.list(tx, { prefix })].map(({ record }) => record),
  };
}

export function requireDeployment(tx: ReadTx, apiId: string, id: string): DeploymentRecord {
  const deployment = isPartName(id) ? deployments.get(tx, [apiId, id]) : undefined;
  if (deployment === undefined) {
    throw notFound("Invalid Deployment identifier specified");
  }
  return deployment;
}

export function stagesOf(tx: ReadTx, apiId: string): readonly StageRecord[] {
  return [...stages.list(tx, { prefix: [apiId] })].map(({ record }) => record);
}

export function shownDeployment(
  deployment: DeploymentRecord,
  embed: readonly string[] | undefined,
): Deployment {
  const { id, description, createdMs, snapshot } = deployment;
  const shown = { id, description, createdDate: new Date(createdMs) };
  return embed?.includes("apisummary") === true
    ? { ...shown, apiSummary: summaryOf(snapshot) }
    : shown;
}

function summaryOf({ resources }: Snapshot): NonNullable<Deployment["apiSummary"]> {
  return Object.fromEntries(
    resources
      .filter(({ methods }) => Object.keys(methods).length > 0)
      .map(({ path, methods }) => [
        path,
        Object.fromEntries(
          Object.values(methods).map(
            ({ httpMethod, authorizationType, apiKeyRequired = false }) => [
              httpMethod,
              { authorizationType, apiKeyRequired },
            ],
          ),
        ),
      ]),
  );
}
