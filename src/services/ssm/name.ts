/**
 * Names of parameters, and what a request may put behind or in front of one.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
import { parseArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import {
  hierarchyTooDeep,
  invalidName,
  invalidPath,
  nameNotQualified,
  parameterNotFound,
  reservedName,
  validationException,
} from "./errors.ts";
import type { Place } from "./keys.ts";
import { HIERARCHY_LEVELS_MAX, NAME_SIZE_MAX } from "./limits.ts";
import { parameterArn } from "./parameter.ts";

const NAME = /^[a-zA-Z0-9_.\-/]{1,2048}$/;
/** AWS's own parameters, which every account can read. */
const PUBLIC_NAME = /^\/aws\/(service|reference)\//;

/** Throws unless a parameter of this name may be created. */
export function checkNewName(place: Place, name: string): void {
  if (/^\/?aws/i.test(name)) {
    throw reservedName(name);
  }
  if (!NAME.test(name) || /^\/?ssm/i.test(name) || name.endsWith("/") || name.includes("//")) {
    throw invalidName();
  }
  if (name.includes("/") && !name.startsWith("/")) {
    throw nameNotQualified();
  }
  if (name.split("/").filter(Boolean).length > HIERARCHY_LEVELS_MAX) {
    throw hierarchyTooDeep();
  }
  if (parameterArn(place, name).length > NAME_SIZE_MAX) {
    throw validationException(
      `Parameter name exceeds ${NAME_SIZE_MAX} characters, the ARN of the parameter included.`,
    );
  }
}

/** Whether a parameter could have this name at all. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

export interface Selected {
  readonly name: string;
  /** `:3` or `:label`, with the colon. */
  readonly selector: string | undefined;
}

/** Takes apart `name`, `name:3`, `name:label` and the ARN of any of these. */
export function readSelected(place: Place, text: string): Selected {
  const path = withoutArn(place, text);
  const colon = path.indexOf(":");
  const name = colon === -1 ? path : path.slice(0, colon);
  if (PUBLIC_NAME.test(name)) {
    throw notSupported("ssm", `the public parameter ${name}`);
  }
  if (!NAME.test(name)) {
    throw invalidName();
  }
  return { name, selector: colon === -1 ? undefined : path.slice(colon) };
}

/** A parameter of the place by its ARN; `arn:...:parameter/a` may be `a` as well as `/a`. */
function withoutArn(place: Place, text: string): string {
  const arn = text.startsWith("arn:") ? parseArn(text) : undefined;
  if (arn === undefined) {
    return text;
  }
  const isHere = arn.region === place.region && arn.accountId === place.accountId;
  if (arn.service !== "ssm" || !isHere || !arn.resource.startsWith("parameter/")) {
    throw parameterNotFound();
  }
  const path = arn.resource.slice("parameter".length);
  return path.indexOf("/", 1) === -1 ? path.slice(1) : path;
}

/** Throws unless `path` can have parameters below it. Gives it with a slash at its end. */
export function checkPath(path: string): string {
  if (!path.startsWith("/") || !NAME.test(path) || path.includes("//")) {
    throw invalidPath();
  }
  if (PUBLIC_NAME.test(`${path}/`)) {
    throw notSupported("ssm:GetParametersByPath", `the public parameters below ${path}`);
  }
  return path.endsWith("/") ? path : `${path}/`;
}
