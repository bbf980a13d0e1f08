/**
 * What is to be deployed: the AppSpec file of a Lambda deployment, in YAML or JSON.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
import { createHash } from "node:crypto";
import { parse as parseYaml } from "yaml";
import { notSupported } from "../../wire/aws-error.ts";
import type { RevisionLocation } from "../../wire/models/codedeploy.gen.ts";
import { invalidRevision, revisionRequired } from "./errors.ts";

export interface AppSpec {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
  /** Names or ARNs of functions. */
  readonly hooks: {
    readonly BeforeAllowTraffic?: string;
    readonly AfterAllowTraffic?: string;
  };
}

export const HOOK_NAMES = ["BeforeAllowTraffic", "AfterAllowTraffic"] as const;
export type HookName = (typeof HOOK_NAMES)[number];

type Members = Readonly<Record<string, unknown>>;

export function readRevision(revision: RevisionLocation | undefined): AppSpec {
  if (revision === undefined) {
    throw revisionRequired();
  }
  const { revisionType = "AppSpecContent", appSpecContent, string } = revision;
  if (revisionType !== "AppSpecContent" && revisionType !== "String") {
    throw notSupported("CreateDeployment", `a revision of the type ${revisionType}`);
  }
  const { content, sha256 } = (revisionType === "String" ? string : appSpecContent) ?? {};
  if (content === undefined) {
    throw invalidRevision("The revision has no content");
  }
  if (sha256 !== undefined && sha256 !== createHash("sha256").update(content).digest("hex")) {
    throw invalidRevision("The SHA256 hash of the revision does not match its content");
  }
  return readAppSpec(content);
}

export function readAppSpec(content: string): AppSpec {
  const document = membersOf(parsed(content));
  const resources = listOf(document["Resources"] ?? document["resources"]);
  const [resource, ...others] = resources.flatMap((item) => Object.values(membersOf(item)));
  if (resource === undefined || others.length > 0) {
    throw invalidRevision("The AppSpec file must have one resource");
  }
  const { Type: type, Properties: properties } = membersOf(resource);
  if (type !== "AWS::Lambda::Function") {
    throw invalidRevision("The AppSpec file must have a resource of type AWS::Lambda::Function");
  }
  return {
    functionName: required(properties, "Name"),
    alias: required(properties, "Alias"),
    currentVersion: required(properties, "CurrentVersion"),
    targetVersion: required(properties, "TargetVersion"),
    hooks: readHooks(document["Hooks"] ?? document["hooks"]),
  };
}

function parsed(content: string): unknown {
  try {
    return parseYaml(content);
  } catch {
    throw invalidRevision("The AppSpec file is neither valid YAML nor valid JSON");
  }
}

function readHooks(value: unknown): AppSpec["hooks"] {
  const hooks: { BeforeAllowTraffic?: string; AfterAllowTraffic?: string } = {};
  for (const [name, fn] of listOf(value).flatMap((item) => Object.entries(membersOf(item)))) {
    const known = HOOK_NAMES.find((hook) => hook === name);
    if (known === undefined || typeof fn !== "string") {
      throw invalidRevision(`${name} is not a valid lifecycle event hook of a Lambda deployment`);
    }
    hooks[known] = fn;
  }
  return hooks;
}

function required(properties: unknown, name: string): string {
  const value = membersOf(properties)[name];
  if (typeof value !== "string" && typeof value !== "number") {
    throw invalidRevision(`The AppSpec file is missing the property ${name}`);
  }
  return String(value);
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
