/** Reads the values of options; what it throws names the option, and ends with the usage code. */
import { InvalidArgumentError, Option } from "commander";
import type { Caller } from "../outbox/dispatcher.ts";
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from "../wire/identity.ts";

const PORT_MAX = 65_535;

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > PORT_MAX) {
    throw new InvalidArgumentError(`A port is a number from 0 to ${PORT_MAX}.`);
  }
  return port;
}

/** Collects a repeatable option. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Collects `KEY=VALUE`. */
export function keyValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new InvalidArgumentError("It is written KEY=VALUE.");
  }
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Collects `NAME` or `NAME=PORT`; without a port a free one is picked. */
export function debugTarget(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [name = "", port = "0"] = text.split("=", 2);
  if (name === "") {
    throw new InvalidArgumentError("It is written NAME or NAME=PORT.");
  }
  return { ...before, [name]: portNumber(port) };
}

/** Collects `RUNTIME=PATH`. */
export function interpreterOption(): Option {
  return new Option(
    "--interpreter <runtime=path>",
    "the interpreter that runs a Lambda runtime: python3.12=/usr/bin/python3 (repeatable)",
  ).argParser(keyValue);
}

const CLIENT_FAMILIES = ["ruby", "java", "dotnet"];

/** Collects `FAMILY=PATH`. */
export function runtimeClientOption(): Option {
  return new Option(
    "--runtime-client <family=path>",
    "where AWS's runtime interface client lies: java=./jars, ruby=./gem (repeatable)",
  ).argParser((text: string, before?: Readonly<Record<string, string>>) => {
    const clients = keyValue(text, before);
    const unknown = Object.keys(clients).find((family) => !CLIENT_FAMILIES.includes(family));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(`It is one of ${CLIENT_FAMILIES.join(", ")}.`);
    }
    return clients;
  });
}

/** Collects `NAME=PATH`. */
export function imageOption(): Option {
  return new Option(
    "--image <name=path>",
    "where a container image lies: a function's logical id, or the name in ImageUri, and an OCI " +
      "layout or an archive (repeatable)",
  ).argParser(keyValue);
}

/** Collects `ARN=PATH`. */
export function layerOption(): Option {
  return new Option(
    "--layer <arn=path>",
    "where a layer version of another account lies: a folder or a zip of what is to lie in /opt " +
      "(repeatable)",
  ).argParser(keyValue);
}

export function sandboxOption(): Option {
  return new Option("--sandbox", "show functions no file of this machine but their own (Linux)");
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `5m`, `2h`, `1d` as milliseconds. */
export function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new InvalidArgumentError("A time span is written 90s, 5m, 2h or 1d.");
  }
  return Number(count) * (UNIT_MS[unit] ?? 0);
}

export interface CallerOptions {
  readonly region: string;
  readonly account: string;
}

export function callerOf(options: CallerOptions): Caller {
  return { accountId: options.account, region: options.region };
}

export function callerOptions(): readonly Option[] {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return [
    new Option("--region <region>", "the AWS region to act in")
      .argParser(region)
      .default(AWS_REGION || AWS_DEFAULT_REGION || DEFAULT_REGION),
    new Option("--account <id>", "the AWS account to act in")
      .argParser(account)
      .default(DEFAULT_ACCOUNT),
  ];
}

function region(text: string): string {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) {
    throw new InvalidArgumentError("A region is written as in us-east-1.");
  }
  return text;
}

function account(text: string): string {
  if (!/^\d{12}$/.test(text)) {
    throw new InvalidArgumentError("An account has 12 digits.");
  }
  return text;
}
