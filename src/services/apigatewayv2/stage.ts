/** Stages: checks, and how they are shown. */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Stage } from "../../wire/models/apigatewayv2.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { checkAccessLog } from "./access-log.ts";
import { isPartName } from "./api.ts";
import { requireDeployment } from "./deployment.ts";
import { stageNotFound } from "./errors.ts";
import type { Members } from "./given.ts";
import { type StageRecord, stages } from "./keys.ts";

type StageMembers = Members<Input<"apigatewayv2", "CreateStage">>;

/** Refuses what does not exist here, by name. */
export function checkStageMembers(operation: string, members: StageMembers): void {
  checkAccessLog(operation, members.AccessLogSettings);
  if (members.ClientCertificateId) {
    throw notSupported(operation, "ClientCertificateId");
  }
}

export function requireStage(tx: ReadTx, apiId: string, name: string): StageRecord {
  const stage = isPartName(name) ? stages.get(tx, [apiId, name]) : undefined;
  if (stage === undefined) {
    throw stageNotFound();
  }
  return stage;
}

export function checkDeployment(tx: ReadTx, apiId: string, deploymentId: string | undefined): void {
  if (deploymentId !== undefined) {
    requireDeployment(tx, apiId, deploymentId);
  }
}

export function shownStage(stage: StageRecord): Stage {
  return {
    ...stage.settings,
    CreatedDate: new Date(stage.createdMs),
    LastUpdatedDate: new Date(stage.modifiedMs),
  };
}
