/**
 * Deployments: what a stage serves is what was deployed to it. A stage that deploys by itself gets
 * a new deployment with every change of its API, in the change's own transaction.
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Deployment } from "../../wire/models/apigatewayv2.gen.ts";
import { isPartName, newId, PART_ID_LENGTH } from "./api.ts";
import { deploymentNotFound } from "./errors.ts";
import {
  apis,
  authorizers,
  type DeploymentRecord,
  deployments,
  integrations,
  type RouteAuthorization,
  type RouteRecord,
  routes,
  type Snapshot,
  type StageRecord,
  stages,
} from "./keys.ts";

/** Deploys an API as it is now. */
export function deploy(
  tx: WriteTx,
  apiId: string,
  options: { readonly description?: string | undefined; readonly autoDeployed: boolean },
): DeploymentRecord {
  const deployment = {
    deploymentId: newId(tx, PART_ID_LENGTH),
    createdMs: tx.nowMs,
    snapshot: snapshotOf(tx, apiId),
    ...options,
  };
  deployments.put(tx, [apiId, deployment.deploymentId], deployment);
  return deployment;
}

/** After a change of an API: brings the stages that deploy by themselves up to date. */
export function autoDeploy(tx: WriteTx, apiId: string): void {
  const waiting = stagesOf(tx, apiId).filter(({ settings }) => settings.AutoDeploy === true);
  if (waiting.length === 0) {
    return;
  }
  const { deploymentId } = deploy(tx, apiId, { autoDeployed: true });
  for (const stage of waiting) {
    pointStage(tx, apiId, stage, deploymentId);
  }
}

/** Makes a stage serve a deployment. */
export function pointStage(
  tx: WriteTx,
  apiId: string,
  stage: StageRecord,
  deploymentId: string,
): StageRecord {
  const before = stage.settings.DeploymentId;
  const settings = {
    ...stage.settings,
    DeploymentId: deploymentId,
    LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${deploymentId}'`,
  };
  const pointed = { ...stage, settings, modifiedMs: tx.nowMs };
  stages.put(tx, [apiId, settings.StageName], pointed);
  dropAutomatic(tx, apiId, before);
  return pointed;
}

/** A deployment that was made by itself, and that no stage serves any more, is of no use. */
export function dropAutomatic(tx: WriteTx, apiId: string, deploymentId: string | undefined): void {
  if (deploymentId === undefined || isServed(tx, apiId, deploymentId)) {
    return;
  }
  if (deployments.get(tx, [apiId, deploymentId])?.autoDeployed === true) {
    deployments.delete(tx, [apiId, deploymentId]);
  }
}

export function isServed(tx: ReadTx, apiId: string, deploymentId: string): boolean {
  return stagesOf(tx, apiId).some(({ settings }) => settings.DeploymentId === deploymentId);
}

export function stagesOf(tx: ReadTx, apiId: string): readonly StageRecord[] {
  return [...stages.list(tx, { prefix: [apiId] })].map(({ record }) => record);
}

function snapshotOf(tx: ReadTx, apiId: string): Snapshot {
  const deployed = [...routes.list(tx, { prefix: [apiId] })].map(({ record }) => {
    const id = integrationIdOf(record.Target);
    return {
      routeKey: record.RouteKey,
      integration: id === undefined ? undefined : integrations.get(tx, [apiId, id]),
      authorization: authorizationOf(tx, apiId, record),
    };
  });
  return { cors: apis.get(tx, [apiId])?.settings.CorsConfiguration, routes: deployed };
}

function authorizationOf(
  tx: ReadTx,
  apiId: string,
  route: RouteRecord,
): RouteAuthorization | undefined {
  const { AuthorizationType, AuthorizerId, AuthorizationScopes } = route;
  if (AuthorizationType === undefined || AuthorizationType === "NONE") {
    return undefined;
  }
  return {
    type: AuthorizationType as RouteAuthorization["type"],
    scopes: AuthorizationScopes ?? [],
    authorizer: AuthorizerId === undefined ? undefined : authorizers.get(tx, [apiId, AuthorizerId]),
  };
}

/** From a route's target: `integrations/abc1234`. */
export function integrationIdOf(target: string | undefined): string | undefined {
  return target?.match(/^integrations\/(.+)$/)?.[1];
}

export function shownDeployment(deployment: DeploymentRecord): Deployment {
  return {
    AutoDeployed: deployment.autoDeployed,
    CreatedDate: new Date(deployment.createdMs),
    DeploymentId: deployment.deploymentId,
    DeploymentStatus: "DEPLOYED",
    Description: deployment.description,
  };
}

export function requireDeployment(
  tx: ReadTx,
  apiId: string,
  deploymentId: string,
): DeploymentRecord {
  const known = isPartName(deploymentId);
  const deployment = known ? deployments.get(tx, [apiId, deploymentId]) : undefined;
  if (deployment === undefined) {
    throw deploymentNotFound();
  }
  return deployment;
}
