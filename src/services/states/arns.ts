/**
 * The ARNs of Step Functions.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
import { formatArn, parseArn } from "../../base/arn.ts";
import { invalidArn } from "./errors.ts";
import type { ExecutionId, Owner } from "./keys.ts";

const SERVICE = "states";

export function machineArn(owner: Owner, name: string): string {
  return formatArn({ ...placed(owner), resource: `stateMachine:${name}` });
}

export function activityArn(owner: Owner, name: string): string {
  return formatArn({ ...placed(owner), resource: `activity:${name}` });
}

export function executionArn(id: ExecutionId): string {
  return formatArn({ ...placed(id), resource: `execution:${id.machine}:${id.name}` });
}

export function expressArn(id: ExecutionId, uuid: string): string {
  return formatArn({ ...placed(id), resource: `express:${id.machine}:${id.name}:${uuid}` });
}

function placed({ accountId, region }: Owner): { service: string } & Owner {
  return { service: SERVICE, accountId, region };
}

export interface MachineReference extends Owner {
  readonly name: string;
  /** A version's number or an alias's name. */
  readonly qualifier: string | undefined;
}

export function parseMachineArn(text: string): MachineReference {
  const { owner, type, rest } = parts(text);
  const [name, qualifier, ...more] = rest;
  if (type !== "stateMachine" || !name || more.length > 0) {
    throw wrongType(type);
  }
  return { ...owner, name, qualifier };
}

export function parseActivityArn(text: string): Owner & { readonly name: string } {
  const { owner, type, rest } = parts(text);
  const [name, ...more] = rest;
  if (type !== "activity" || !name || more.length > 0) {
    throw wrongType(type);
  }
  return { ...owner, name };
}

export function parseExecutionArn(text: string): ExecutionId {
  const { owner, type, rest } = parts(text);
  const [machine, name, ...more] = rest;
  if (type !== "execution" || !machine || !name || more.length > 0) {
    throw wrongType(type);
  }
  return { ...owner, machine, name };
}

/** Of the run that an execution is a part of. */
export function mapRunArn(id: ExecutionId, uuid: string): string {
  return formatArn({ ...placed(id), resource: `mapRun:${id.machine}:${uuid}` });
}

/** `arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID` */
export function parseMapRunArn(
  text: string,
): Owner & { readonly machine: string; readonly uuid: string } {
  const { owner, type, rest } = parts(text);
  const [machine, uuid, ...more] = rest;
  if (type !== "mapRun" || !machine || !uuid || more.length > 0) {
    throw wrongType(type);
  }
  return { ...owner, machine, uuid };
}

function wrongType(type: string): Error {
  return invalidArn(`Resource type not valid in this context: ${type}`);
}

function parts(text: string): {
  readonly owner: Owner;
  readonly type: string;
  readonly rest: readonly string[];
} {
  const arn = parseArn(text);
  if (arn === undefined) {
    throw invalidArn(`Invalid ARN prefix: ${text}`);
  }
  if (arn.service !== SERVICE) {
    throw invalidArn(`Invalid ARN: Service is not supported in this context: ${arn.service}`);
  }
  const [type = "", ...rest] = arn.resource.split(":");
  const { accountId, region } = arn;
  return { owner: { accountId, region }, type, rest };
}
