import type { Input } from "../../../wire/operations.ts";
import { parseMachineArn, parseMapRunArn } from "../arns.ts";
import { invalidToken, machineTypeNotSupported, validationException } from "../errors.ts";
import type { ExecutionRecord } from "../execution-record.ts";
import {
  type ExecutionId,
  executionKey,
  executions,
  type Owner,
  ownedKey,
  started,
} from "../keys.ts";
import { listedExecution } from "../listed-execution.ts";
import { existingMapRun } from "../map-run/described.ts";
import { pageSize, pageToken, placeOf } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";
import { existingTarget } from "../target.ts";

/** Executions looked at for one page: a filter that matches few leads to short pages. */
const LOOKED_AT_MAX = 10_000;

/**
 * The youngest first.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export const listExecutions: StatesOperation<"ListExecutions"> = async (ctx, input) => {
  const { stateMachineArn: arn, mapRunArn } = input;
  if ((arn === undefined) === (mapRunArn === undefined)) {
    throw validationException("Must specify exactly one of: stateMachineArn, mapRunArn");
  }
  const { qualifier, name, uuid, ...owner } = sourceOf(arn, mapRunArn ?? "");
  const place = input.nextToken === undefined ? undefined : placeOf(input.nextToken);
  if (input.nextToken !== undefined && place?.length !== 2) {
    throw invalidToken();
  }
  const limit = pageSize(input.maxResults);
  return ctx.store.read((tx) => {
    if (arn === undefined) {
      existingMapRun(tx, mapRunArn ?? "");
    } else if (existingTarget(tx, arn).machine.type === "EXPRESS") {
      throw machineTypeNotSupported();
    }
    const prefix = ownedKey(owner, name);
    const until = place === undefined ? undefined : [...prefix, ...place];
    const found: ReturnType<typeof listedExecution>[] = [];
    let looked = 0;
    let last: readonly (string | number)[] = [];
    for (const { id: key } of started.list(tx, { prefix, until, reverse: true })) {
      if (found.length === limit || looked === LOOKED_AT_MAX) {
        return { executions: found, nextToken: pageToken(last) };
      }
      looked += 1;
      last = [key[3] as number, key[4] as string];
      const id: ExecutionId = { ...owner, machine: name, name: key[4] as string };
      const record = executions.get(tx, executionKey(id));
      if (record !== undefined && isWanted(record, input, { qualifier, uuid })) {
        found.push(listedExecution(id, record));
      }
    }
    return { executions: found };
  });
};

/** Executions of a machine, or those of a map run. */
function sourceOf(
  arn: string | undefined,
  mapRunArn: string,
): Owner & {
  readonly name: string;
  readonly qualifier?: string | undefined;
  readonly uuid?: string;
} {
  if (arn !== undefined) {
    return parseMachineArn(arn);
  }
  const { machine: name, ...rest } = parseMapRunArn(mapRunArn);
  return { ...rest, name };
}

function isWanted(
  record: ExecutionRecord,
  { statusFilter, redriveFilter }: Input<"states", "ListExecutions">,
  {
    qualifier,
    uuid,
  }: { readonly qualifier?: string | undefined; readonly uuid?: string | undefined },
): boolean {
  const isRedriven = record.redriveCount > 0 ? "REDRIVEN" : "NOT_REDRIVEN";
  return (
    record.mapRun?.uuid === uuid &&
    (statusFilter === undefined || record.status === statusFilter) &&
    (redriveFilter === undefined || redriveFilter === isRedriven) &&
    (qualifier === undefined || qualifier === record.alias || qualifier === String(record.version))
  );
}
