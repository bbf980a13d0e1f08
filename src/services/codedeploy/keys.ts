/**
 * The rows of CodeDeploy.
 *
 * | key                                                              | value                        |
 * |------------------------------------------------------------------|------------------------------|
 * | `codedeploy`, `application`, account, region, name               | an application               |
 * | `codedeploy`, `group`, account, region, application, name        | a deployment group           |
 * | `codedeploy`, `config`, account, region, name                    | a configuration of one's own |
 * | `codedeploy`, `deployment`, account, region, id                  | a deployment                 |
 * | `codedeploy`, `history`, account, region, time left, id          | whose the deployment is      |
 * | `codedeploy`, `active`, account, region, application, group      | the id of what is under way  |
 *
 * The history is read newest first, so its rows are ordered by the time left until the end of a very
 * long calendar.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Application } from "./application.ts";
import type { Deployment } from "./deployment.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import type { DeploymentGroup } from "./deployment-group.ts";

export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

/** Which group a deployment is for. */
export interface HistoryRow {
  readonly id: string;
  readonly application: string;
  readonly group: string;
}

export const applications: Collection<Application> = collection("codedeploy", "application");
export const groups: Collection<DeploymentGroup> = collection("codedeploy", "group");
export const configs: Collection<DeploymentConfig> = collection("codedeploy", "config");
export const deployments: Collection<Deployment> = collection("codedeploy", "deployment");
export const histories: Collection<HistoryRow> = collection("codedeploy", "history");
export const active: Collection<string> = collection("codedeploy", "active");

const CALENDAR_END_MS = 9_999_999_999_999;

export function ownerKey({ accountId, region }: Owner): Key {
  return [accountId, region];
}

export function groupKey(owner: Owner, of: { application: string; group: string }): Key {
  return [...ownerKey(owner), of.application, of.group];
}

export function historyKey(deployment: Deployment): Key {
  const left = String(CALENDAR_END_MS - deployment.createdMs).padStart(13, "0");
  return [...ownerKey(deployment), `${left}-${deployment.id}`];
}
